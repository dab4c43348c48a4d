import type { RawDiscovery, RawSources } from '../raw-config.ts';
import { childPointer } from '../source/pointer.ts';
import type { CheckContext, Placed } from './check-context.ts';

const kinds = ['static_configs', 'file_sd_configs', 'http_sd_configs', 'dns_sd_configs'] as const;

/** Reports sections that say nowhere where their targets are, and sources that lack what they need. */
export function checkSources(context: CheckContext): void {
  const { shards, discovery, findings, source } = context;
  if (!source.has('/shards') && !source.has('/discovery')) findings.error('', 'missing key "shards"', { part: 'key' });
  for (const section of [...shards, ...(discovery === undefined ? [] : [discovery])]) {
    if (kinds.every((kind) => !source.has(childPointer(section.pointer, kind)))) {
      findings.error(section.pointer, `missing key "static_configs" (or ${kinds.slice(1).join(', ')})`, {
        part: 'key',
      });
    }
    checkPorts(section, context);
  }
  if (discovery !== undefined) checkDiscovery(discovery, context);
}

function checkPorts({ value, pointer }: Placed<RawSources>, { findings }: CheckContext): void {
  for (const [i, { type, port }] of (value.dns_sd_configs ?? []).entries()) {
    const at = childPointer(childPointer(pointer, 'dns_sd_configs'), i);
    if (type !== 'SRV' && port === undefined) findings.error(at, `missing key "port": ${type} records have none`);
    if (type === 'SRV' && port !== undefined) {
      findings.warning(childPointer(at, 'port'), 'has no effect: SRV records have their own', { part: 'key' });
    }
  }
}

function checkDiscovery({ value, pointer }: Placed<Partial<RawDiscovery>>, context: CheckContext): void {
  const { findings, replicaLabels } = context;
  const { labels = [], owns_labels: ownsLabels = [] } = value;
  for (const [i, name] of labels.entries()) {
    if (!replicaLabels.includes(name)) continue;
    const message = `${JSON.stringify(name)} is a replica label (global.replica_labels): it cannot be a label of a shard`;
    findings.error(childPointer(childPointer(pointer, 'labels'), i), message);
  }
  for (const [i, name] of ownsLabels.entries()) {
    if (labels.includes(name)) continue;
    const at = childPointer(childPointer(pointer, 'owns_labels'), i);
    findings.error(at, `${JSON.stringify(name)} is not among the labels that become labels of a shard`);
  }
  if (value.shard_label !== undefined && value.shard_label === value.replica_label) {
    findings.error(childPointer(pointer, 'replica_label'), 'is the shard_label, too: the two must differ');
  }
  checkShardLabels({ value, pointer }, context);
}

/** Targets that stand in the file itself can be mended there. */
function checkShardLabels({ value, pointer }: Placed<Partial<RawDiscovery>>, { findings }: CheckContext): void {
  const { static_configs: groups = [], shard_label: shardLabel } = value;
  if (shardLabel === undefined) return;
  for (const [i, { labels = {} }] of groups.entries()) {
    if (Object.hasOwn(labels, shardLabel)) continue;
    const at = childPointer(childPointer(pointer, 'static_configs'), i);
    findings.error(at, `lacks the label ${JSON.stringify(shardLabel)}, which says what shard its targets belong to`);
  }
}
