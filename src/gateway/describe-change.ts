import type { Config } from '../config/config.ts';

interface FleetChange {
  readonly shards: number;
  readonly replicas: number;
  /** `shard/replica` each. */
  readonly added?: string;
  readonly removed?: string;
}

const maxShown = 20;

/** For the log: which replicas came and which went; undefined where the fleet is the same. */
export function describeChange(before: Config, now: Config): FleetChange | undefined {
  const [old, current] = [namesOf(before), namesOf(now)];
  const added = [...current].filter((name) => !old.has(name));
  const removed = [...old].filter((name) => !current.has(name));
  if (added.length === 0 && removed.length === 0) return undefined;
  return {
    shards: now.shards.length,
    replicas: now.shards.reduce((sum, { replicas }) => sum + replicas.length, 0),
    ...(added.length > 0 && { added: shown(added) }),
    ...(removed.length > 0 && { removed: shown(removed) }),
  };
}

function namesOf({ shards }: Config): Set<string> {
  return new Set(shards.flatMap(({ name, replicas }) => replicas.map((replica) => `${name}/${replica.name}`)));
}

function shown(names: readonly string[]): string {
  const rest = names.length - maxShown;
  return names.slice(0, maxShown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
