import { createDataSet, type DataSetName } from '../data/data-sets.ts';
import type { DataSetSize } from '../data/data-set.ts';
import { assertExactAnswer } from '../lib/assert-answer.ts';
import type { BenchOptions } from '../lib/bench-options.ts';
import { withGateway } from '../lib/bench-gateway.ts';
import { withReplayFleet } from '../lib/replay-fleet.ts';
import { JOB_RULES } from '../lib/replay-rules.ts';
import type { Row } from '../lib/row.ts';
import { progress, runBenches } from '../lib/run-bench.ts';

const SMALL: readonly (readonly [DataSetName, DataSetSize])[] = [
  ['few-families-many-series', { families: 3, seriesPerFamily: 2_000, gaps: true }],
  ['many-families', { families: 400, seriesPerFamily: 12, gaps: true }],
  ['uniform-families', { families: 6, seriesPerFamily: 1_000, gaps: true }],
  ['job-rules', { families: 20, seriesPerFamily: 200 }],
];
const SHARDS = 3;
const REPLICAS = 2;

/** Before anything is timed: small fleets of every data set, each answer compared sample by sample with the model. */
export async function checkExactAnswers({ chunkBytes }: BenchOptions): Promise<Row[]> {
  let samples = 0;
  for (const [dataSet, size] of SMALL) {
    progress(`exact answer: ${dataSet}`);
    samples += await checkOne(dataSet, size, chunkBytes);
  }
  return [
    {
      what: 'answers equal to a naive model, sample by sample',
      measured: `${samples} samples, ${SMALL.length} data sets`,
    },
  ];
}

function checkOne(dataSet: DataSetName, size: DataSetSize, chunkBytes: number): Promise<number> {
  const spec = {
    dataSet,
    size,
    shards: SHARDS,
    replicas: REPLICAS,
    chunkBytes,
    mode: 'memory',
    nowMs: Date.now(),
  } as const;
  const rules = dataSet === 'job-rules' ? JOB_RULES : [];
  return withReplayFleet(spec, ({ shards }) =>
    withGateway({ shards, compression: false, rules }, ({ url }) =>
      assertExactAnswer(url, createDataSet(dataSet, size), spec),
    ),
  );
}

if (import.meta.main) await runBenches([checkExactAnswers]);
