import type { FleetShard } from '../topology/fleet.ts';
import { type ExpositionSample, readExposition, seriesKey } from './read-exposition.ts';

/** What a server knows about the replica behind a dump: its external `replica` label, and its shard's labels. */
export interface ReplicaDump {
  readonly body: string;
  /** Undefined where the server attaches none. */
  readonly replica?: string;
  /** Added where a line lacks them. */
  readonly shardLabels: Readonly<Record<string, string>>;
}

/** The label set a gateway has to give a replica's line: without the replica's own external label, with the shard's. */
export function withoutReplica(
  labels: Readonly<Record<string, string>>,
  { replica, shardLabels }: Omit<ReplicaDump, 'body'>,
): Record<string, string> {
  const kept: Record<string, string> = { ...shardLabels, ...labels };
  if (replica !== undefined && kept['replica'] === replica) delete kept['replica'];
  return kept;
}

/** The union of the replicas' series, keyed by the label set that leaves the gateway. */
export function unionOf(dumps: readonly ReplicaDump[]): Map<string, ExpositionSample> {
  const union = new Map<string, ExpositionSample>();
  for (const dump of dumps) {
    for (const sample of readExposition(dump.body).samples) {
      const labels = withoutReplica(sample.labels, dump);
      union.set(seriesKey(sample.name, labels), { ...sample, labels });
    }
  }
  return union;
}

/** Reads everything that the replicas of these shards hold now; dead ones are left out. */
export async function dumpReplicas(shards: readonly FleetShard[]): Promise<ReplicaDump[]> {
  const dumps = shards.flatMap(({ labels, replicas }) =>
    replicas
      .filter((replica) => replica.process.running)
      .map(async (replica): Promise<ReplicaDump> => {
        const body = await replica.federate(['{__name__!=""}']);
        return { body, replica: replica.name.slice(-1), shardLabels: labels };
      }),
  );
  return Promise.all(dumps);
}

/** Samples by series key. @throws an `Error` where a label set comes twice: no answer may hold one twice. */
export function bySeries(samples: readonly ExpositionSample[]): Map<string, ExpositionSample> {
  const found = new Map<string, ExpositionSample>();
  for (const sample of samples) {
    const key = seriesKey(sample.name, sample.labels);
    if (found.has(key)) throw new Error(`series comes twice: ${found.get(key)!.line} and ${sample.line}`);
    found.set(key, sample);
  }
  return found;
}
