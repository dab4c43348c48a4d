import type { Executed } from '../execute/execute-query.ts';
import type { QueryTally } from '../query-tally.ts';

/** What a query took. */
export interface QueryCosts {
  readonly executed: Pick<Executed, 'preparationMs' | 'evaluationMs'>;
  readonly tally: Pick<QueryTally, 'samplesRead' | 'peakSamples'>;
  /** Until a thread took it. */
  readonly queueMs: number;
}

/**
 * What follows `result` in an answer whose request wanted `stats`, in seconds as Prometheus has it. Raw samples are counted
 * once each however many steps they enter; Prometheus counts them at every step.
 */
export function statsJson({ executed, tally, queueMs }: QueryCosts): string {
  const { preparationMs, evaluationMs } = executed;
  const timings = {
    evalTotalTime: seconds(preparationMs + evaluationMs),
    resultSortTime: 0,
    queryPreparationTime: seconds(preparationMs),
    innerEvalTime: seconds(evaluationMs),
    execQueueTime: seconds(queueMs),
    execTotalTime: seconds(queueMs + preparationMs + evaluationMs),
  };
  const samples = { totalQueryableSamples: tally.samplesRead, peakSamples: tally.peakSamples };
  return `,"stats":${JSON.stringify({ timings, samples })}`;
}

/** To the nanosecond, as a server's clock has it. */
function seconds(ms: number): number {
  return Math.round(Math.max(0, ms) * 1e6) / 1e9;
}
