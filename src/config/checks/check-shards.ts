import type { RawShard } from '../raw-config.ts';
import type { Pointer } from '../source/pointer.ts';
import { childPointer } from '../source/pointer.ts';
import type { CheckContext, Placed } from './check-context.ts';
import { normalizedTarget, targetFault } from './target.ts';

/** Reports shards that cannot be told apart, replicas given twice, and labels that contradict each other. */
export function checkShards(context: CheckContext): void {
  checkNames(context);
  checkTargets(context);
  for (const shard of context.shards) checkLabels(shard, context);
  warnOfOverlap(context);
}

function checkNames({ shards, source, findings }: CheckContext): void {
  const seen = new Map<string, string>();
  for (const { value, pointer } of shards) {
    if (value.name === undefined) continue;
    const at = childPointer(pointer, 'name');
    const first = seen.get(value.name);
    if (first === undefined) {
      seen.set(value.name, at);
      continue;
    }
    const { line } = source.position(first, 'value');
    findings.error(at, `shard name ${JSON.stringify(value.name)} is taken by the shard in line ${line}`);
  }
}

function checkTargets({ shards, source, findings }: CheckContext): void {
  const seen = new Map<string, string>();
  for (const shard of shards) {
    for (const { value: target, pointer } of placedTargets(shard)) {
      const fault = targetFault(target);
      if (fault !== undefined) {
        findings.error(pointer, fault);
        continue;
      }
      const server = normalizedTarget(target) + (shard.value.path_prefix ?? '').replace(/\/+$/, '');
      const first = seen.get(server);
      if (first === undefined) {
        seen.set(server, pointer);
        continue;
      }
      const { line, column } = source.position(first, 'value');
      findings.error(
        pointer,
        `replica ${JSON.stringify(target)} is given twice, first in line ${line}, column ${column}`,
      );
    }
  }
}

/** The replicas of a shard in the order of the file: the order of `ShardConfig.replicas`. */
export function placedTargets({ value, pointer }: Placed<Partial<RawShard>>): Placed<string>[] {
  const groups = childPointer(pointer, 'static_configs');
  return (value.static_configs ?? []).flatMap(({ targets }, group) => {
    const list = childPointer(childPointer(groups, group), 'targets');
    return targets.map((target, i) => ({ value: target, pointer: childPointer(list, i) }));
  });
}

function checkLabels(shard: Placed<Partial<RawShard>>, { replicaLabels, findings }: CheckContext): void {
  const { labels, owns_labels: ownsLabels = [] } = shard.value;
  if (labels === undefined) return;
  for (const name of replicaLabels.filter((name) => Object.hasOwn(labels, name))) {
    findings.error(
      childPointer(childPointer(shard.pointer, 'labels'), name),
      `${JSON.stringify(name)} is a replica label (global.replica_labels): it cannot be a label of the shard`,
      { part: 'key' },
    );
  }
  for (const [i, name] of ownsLabels.entries()) {
    if (Object.hasOwn(labels, name)) continue;
    findings.error(
      childPointer(childPointer(shard.pointer, 'owns_labels'), i),
      `${JSON.stringify(name)} is not among the labels of the shard`,
    );
  }
}

interface LabelledShard {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pointer: Pointer;
}

/** One warning for each shard that some earlier shard may overlap with. */
function warnOfOverlap({ shards, findings }: CheckContext): void {
  const earlier: LabelledShard[] = [];
  for (const { value, pointer } of shards) {
    const { name, labels } = value;
    if (name === undefined || labels === undefined) continue;
    const other = earlier.find((candidate) => !areToldApart(candidate.labels, labels));
    earlier.push({ name, labels, pointer });
    if (other === undefined) continue;
    const why = Object.keys(labels).length === 0 ? 'has no labels' : 'has no label with another value';
    findings.warning(
      childPointer(pointer, 'labels'),
      `no label tells shard ${JSON.stringify(name)} from shard ${JSON.stringify(other.name)}: ` +
        `it ${why}, so every series of the two must be compared`,
      { part: 'key' },
    );
  }
}

function areToldApart(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.entries(a).some(([name, value]) => Object.hasOwn(b, name) && b[name] !== value);
}
