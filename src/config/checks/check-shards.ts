import type { RawShard } from '../raw-config.ts';
import { childPointer } from '../source/pointer.ts';
import type { CheckContext, Placed } from './check-context.ts';
import { normalizedTarget, targetFault } from '../../model/target-address.ts';
import { placedTargets } from './placed-targets.ts';

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

function checkTargets({ shards, discovery, source, findings }: CheckContext): void {
  const seen = new Map<string, string>();
  for (const shard of [...shards, ...(discovery === undefined ? [] : [discovery])]) {
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
  readonly labels: ReadonlyMap<string, string>;
}

/** One warning for each shard that some earlier shard may overlap with. Quadratic, so pairs are compared by lookups. */
function warnOfOverlap({ shards, findings }: CheckContext): void {
  const earlier: LabelledShard[] = [];
  for (const { value, pointer } of shards) {
    if (value.name === undefined || value.labels === undefined) continue;
    const shard: LabelledShard = { name: value.name, labels: new Map(Object.entries(value.labels)) };
    const other = earlier.find((candidate) => !areToldApart(candidate.labels, shard.labels));
    earlier.push(shard);
    if (other === undefined) continue;
    const why = shard.labels.size === 0 ? 'has no labels' : 'has no label with another value';
    findings.warning(
      childPointer(pointer, 'labels'),
      `no label tells shard ${JSON.stringify(shard.name)} from shard ${JSON.stringify(other.name)}: ` +
        `it ${why}, so every series of the two must be compared`,
      { part: 'key' },
    );
  }
}

function areToldApart(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other !== undefined && other !== value) return true;
  }
  return false;
}
