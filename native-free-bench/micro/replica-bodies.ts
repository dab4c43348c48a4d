import { externalLabels } from '../data/data-set.ts';
import { createDataSet, type DataSetName } from '../data/data-sets.ts';
import { renderBody } from '../data/render-body.ts';

export interface ReplicaBodies {
  readonly name: DataSetName;
  /** By shard, by replica. */
  readonly bodies: readonly (readonly Buffer[])[];
  readonly external: readonly (readonly Readonly<Record<string, string>>[])[];
  /** Lines of one replica. */
  readonly series: number;
  readonly bytes: number;
}

/** The bodies of a fleet in memory: `shards` shards of two replicas with equal series and their own values. */
export function replicaBodies(
  name: DataSetName,
  size: { shards: number; families: number; seriesPerFamily: number },
): ReplicaBodies {
  const data = createDataSet(name, size);
  const places = Array.from({ length: size.shards }, (_, shard) => [0, 1].map((replica) => ({ shard, replica })));
  const bodies = places.map((replicas) =>
    replicas.map((place) => renderBody(data, { place, nowMs: 1_700_000_000_000 })),
  );
  return {
    name,
    bodies,
    external: places.map((replicas) => replicas.map((place) => externalLabels(place))),
    series: size.families * size.seriesPerFamily,
    bytes: bodies.flat().reduce((sum, { length }) => sum + length, 0),
  };
}

export const CHUNK_BYTES = 65_536;

/** The pieces in which a body arrives from a socket. */
export function chunksOf(body: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(body.length / CHUNK_BYTES) }, (_, i) =>
    body.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
}
