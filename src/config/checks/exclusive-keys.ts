import type { ConfigSource } from '../source/config-source.ts';
import type { Findings } from '../source/findings.ts';
import { childPointer, type Pointer } from '../source/pointer.ts';

/** A mapping whose keys exclude or need each other. */
export interface Section {
  readonly keys: object & Readonly<Record<string, unknown>>;
  readonly pointer: Pointer;
  readonly source: ConfigSource;
  readonly findings: Findings;
}

/** Reports all of `names` that stand beside the first one that is given. An empty text counts as not given. */
export function refuseSeveral({ keys, pointer, source, findings }: Section, names: readonly string[]): void {
  const [first, ...others] = names.filter((name) => isGiven(keys[name]));
  for (const other of others) {
    const { line } = source.position(childPointer(pointer, first!), 'key');
    const message = `excludes ${first}, given in line ${line}: at most one of ${names.join(', ')} may be given`;
    findings.error(childPointer(pointer, other), message, { part: 'key' });
  }
}

/** Reports that none of `names` is given, or several are. */
export function requireOneOf(section: Section, names: readonly string[]): void {
  const { keys, pointer, findings } = section;
  refuseSeveral(section, names);
  if (names.some((name) => isGiven(keys[name]))) return;
  findings.error(pointer, `needs one of ${names.join(', ')}`, { part: 'key' });
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== '';
}
