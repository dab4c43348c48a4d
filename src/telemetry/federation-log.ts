import type { ReplicaOutcome } from '../topology/shard-view.ts';
import type { Logger } from './logger.ts';

interface ReplicaName {
  readonly shard: string;
  readonly replica: string;
}

/** Log lines about what federations observe again and again; remembers what it has said, whichever configuration was in force. */
export interface FederationLog {
  /** Logs when a replica begins to fail, fails in another way, and is back: not at every scrape in between. */
  replicaRead(name: ReplicaName, read: ReplicaOutcome): void;
  /** Logs the first conflict of a metric family. */
  conflict(family: string, message: string): void;
  /** The replicas that there are; what was said of others is forgotten. */
  keepOnly(replicas: readonly ReplicaName[]): void;
}

/** Families whose conflicts have been logged; more of them are only counted. */
const maxLoggedFamilies = 1000;

export function createFederationLog(logger: Logger): FederationLog {
  const failing = new Map<string, string>();
  const loggedFamilies = new Set<string>();
  return {
    replicaRead(name, { result, error }) {
      if (result === 'unused') return;
      const key = keyOf(name);
      const before = failing.get(key);
      if (error !== undefined && error.code !== before) {
        failing.set(key, error.code);
        logger.warn({ ...name, code: error.code, reason: error.message }, 'a replica is left out of answers');
      }
      if (error === undefined && before !== undefined) {
        failing.delete(key);
        logger.info(name, 'a replica answers again');
      }
    },
    conflict(family, message) {
      if (loggedFamilies.has(family) || loggedFamilies.size >= maxLoggedFamilies) return;
      loggedFamilies.add(family);
      logger.warn({ family }, message);
    },
    keepOnly(replicas) {
      const known = new Set(replicas.map(keyOf));
      for (const key of failing.keys()) if (!known.has(key)) failing.delete(key);
    },
  };
}

function keyOf({ shard, replica }: ReplicaName): string {
  return JSON.stringify([shard, replica]);
}
