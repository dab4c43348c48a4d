import type { Config, DiscoveryConfig, ReplicaConfig, ShardConfig, SourceConfig } from '../../config/config.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { unionOf, type Found, type FoundTarget } from './found-targets.ts';
import { replicaOf } from './replica-of.ts';
import type { ResolvedShard } from './resolved-shard.ts';

/** A shard that `discovery` has or had. */
export interface KnownShard {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When it lost its last target, Unix ms; undefined as long as it has one. */
  readonly emptySinceMs: number | undefined;
}

interface DiscoverInput {
  readonly found: Found;
  readonly known: readonly KnownShard[];
  readonly nowMs: number;
  /** What is wrong with targets is added here. */
  readonly problems: string[];
}

interface DiscoveredShards {
  /** Sorted by name. */
  readonly shards: readonly ResolvedShard[];
  readonly known: readonly KnownShard[];
}

/**
 * The shards that the targets of `discovery` name. One that loses its last target is kept, empty, until `forget_after` has
 * passed: it is down then, and not silently absent.
 */
export function discoverShards(declared: Config, { found, known, nowMs, problems }: DiscoverInput): DiscoveredShards {
  const { discovery } = declared;
  if (discovery === undefined) return { shards: [], known: [] };
  const groups = groupByShard(declared, discovery, { found, problems });
  const kept = known.filter(
    ({ name, emptySinceMs }) => !groups.has(name) && nowMs - (emptySinceMs ?? nowMs) < discovery.forgetAfterMs,
  );
  const all = [
    ...[...groups].map(([name, targets]) => fullShard(name, targets, { discovery, problems })),
    ...kept.map((shard) => emptyShard(shard, discovery, nowMs)),
  ].sort((a, b) => compareUtf8(a.known.name, b.known.name));
  return { shards: all.map(({ resolved }) => resolved), known: all.map(({ known }) => known) };
}

interface KnownResolved {
  readonly resolved: ResolvedShard;
  readonly known: KnownShard;
}

function groupByShard(
  { shards }: Config,
  discovery: DiscoveryConfig,
  { found, problems }: Pick<DiscoverInput, 'found' | 'problems'>,
): Map<string, FoundTarget[]> {
  const taken = new Set(shards.map(({ name }) => name));
  const { staticGroups, sources, shardLabel } = discovery;
  const listed = staticGroups.flatMap(({ targets, labels }) => targets.map((address) => ({ address, labels })));
  const groups = new Map<string, FoundTarget[]>();
  for (const target of unionOf(listed, sources, found)) {
    const name = target.labels[shardLabel] ?? '';
    if (name === '')
      problems.push(`target ${target.address}: no label ${shardLabel}, which says what shard it belongs to`);
    else if (taken.has(name)) problems.push(`target ${target.address}: shard ${name} stands under shards already`);
    else groups.set(name, [...(groups.get(name) ?? []), target]);
  }
  return groups;
}

interface ShardContext {
  readonly discovery: DiscoveryConfig;
  readonly problems: string[];
}

function fullShard(
  name: string,
  targets: readonly FoundTarget[],
  { discovery, problems }: ShardContext,
): KnownResolved {
  const say = (target: FoundTarget, what: string): unknown =>
    problems.push(`shard ${name}: target ${target.address}: ${what}`);
  const replicas: ReplicaConfig[] = [];
  const origins = new Map<string, SourceConfig | undefined>();
  const nameOf = createNamer(targets, discovery.replicaLabel);
  for (const target of targets) {
    const replica = replicaOf(target, discovery.shard);
    if (typeof replica === 'string') {
      say(target, replica);
      continue;
    }
    replicas.push({ ...replica, name: nameOf(target) });
    origins.set(nameOf(target), target.source);
  }
  const labels = labelsOf(targets, discovery, say);
  const known = { name, labels, emptySinceMs: undefined };
  return { known, resolved: { shard: toShard(known, replicas, discovery), origins } };
}

function emptyShard(shard: KnownShard, discovery: DiscoveryConfig, nowMs: number): KnownResolved {
  const known = { ...shard, emptySinceMs: shard.emptySinceMs ?? nowMs };
  return { known, resolved: { shard: toShard(known, [], discovery), origins: new Map() } };
}

function toShard(
  { name, labels }: KnownShard,
  replicas: readonly ReplicaConfig[],
  { shard }: DiscoveryConfig,
): ShardConfig {
  const { scrapeTimeoutMs, enableCompression, httpClient } = shard;
  const own = shard.ownsLabels.filter((label) => Object.hasOwn(labels, label));
  return {
    name,
    labels,
    ownsLabels: own,
    replicas,
    scrapeTimeoutMs,
    enableCompression,
    ...(httpClient !== undefined && { httpClient }),
  };
}

/** The replica label's value where only one target of the shard has it, otherwise the address. */
function createNamer(targets: readonly FoundTarget[], replicaLabel: string): (target: FoundTarget) => string {
  const count = Map.groupBy(targets, ({ labels }) => labels[replicaLabel]);
  const addresses = new Set(targets.map(({ address }) => address));
  return ({ address, labels }) => {
    const label = labels[replicaLabel] ?? '';
    return label === '' || addresses.has(label) || count.get(label)!.length > 1 ? address : label;
  };
}

/** What the first target says counts. */
function labelsOf(
  targets: readonly FoundTarget[],
  discovery: DiscoveryConfig,
  say: (target: FoundTarget, what: string) => unknown,
): Record<string, string> {
  const [first, ...others] = targets;
  const pairs = discovery.labels.map((label) => [label, first?.labels[label] ?? ''] as const);
  for (const target of others) {
    for (const [label, value] of pairs) {
      const own = target.labels[label] ?? '';
      if (own === value) continue;
      say(target, `label ${label} is ${JSON.stringify(own)}, but ${JSON.stringify(value)} for ${first!.address}`);
    }
  }
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}
