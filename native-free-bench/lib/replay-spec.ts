import type { DataSetSize } from '../data/data-set.ts';
import type { DataSetName } from '../data/data-sets.ts';

/** What a replay server serves: one replica per port. Passed to it as one JSON argument. */
export interface ReplaySpec {
  readonly dataSet: DataSetName;
  readonly size: DataSetSize;
  readonly shards: number;
  readonly replicas: number;
  /** Size of the HTTP chunks. Prometheus' own are 4096 bytes. */
  readonly chunkBytes: number;
  /** `memory`: bodies are rendered beforehand. `stream`: made while they are sent; `uniform-families` without gaps only. */
  readonly mode: 'memory' | 'stream';
  /** Moment of the newest scrape. */
  readonly nowMs: number;
}

/** What the server prints on its first line once it listens: ports by shard, then replica. */
export interface ReplayReady {
  readonly ports: readonly (readonly number[])[];
}

/** As a real Prometheus 3.5 cuts its plain text answers. */
export const PROMETHEUS_CHUNK_BYTES = 4096;
