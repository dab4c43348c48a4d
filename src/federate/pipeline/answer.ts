import { escapeName } from '../../exposition/escaping.ts';
import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { emptyFilledTable, type ShardOutcome } from '../../topology/shard-view.ts';
import { createHeldFamilies } from '../merge/held-families.ts';
import { mergeShards } from '../merge/merge-shards.ts';
import { ShardCursor } from '../merge/shard-cursor.ts';
import { createStage } from '../merge/stage.ts';
import { createRuleOutputEncoder } from '../rules/encode-rule-output.ts';
import type { PartialAggregates } from '../rules/partial-aggregates.ts';
import type { RecordCoverage, RuleOutput } from '../rules/rule-result.ts';
import type { FederateRequest } from '../service.ts';
import { createAnswerLimits } from './answer-limits.ts';
import type { FederateDeps } from './federate-deps.ts';
import type { FanOutResult } from './federate-observer.ts';
import { FederateRun } from './federate-run.ts';
import type { RequestPlan } from './request-plan.ts';
import type { ShardRead } from './shard-read.ts';
import { coverageSeries, ownFamilies, shardUpSeries, writeTrailer } from './trailer.ts';

const STAGE_BYTES = 64 * 1024;

export interface AnswerInput {
  readonly request: FederateRequest;
  readonly plan: RequestPlan;
  readonly reads: readonly ShardRead[];
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly isPartial: () => boolean;
  /** Must be read to its end or returned: only then the reads are let go and what they observed is kept. */
  readonly chunks: AsyncGenerator<Uint8Array>;
}

/** Merges the reads of one request into its answer. */
export function createAnswer(deps: FederateDeps, input: AnswerInput): Answer {
  const run = new FederateRun({
    reads: input.reads,
    shardNames: deps.config.shards.map(({ name }) => name),
    abortOnLoss: input.request.partialResponse === 'abort',
    signal: input.signal,
    observer: deps.observer,
  });
  return { isPartial: () => run.isPartial, chunks: answerChunks(deps, input, run) };
}

async function* answerChunks(deps: FederateDeps, input: AnswerInput, run: FederateRun): AsyncGenerator<Uint8Array> {
  const { reads, signal } = input;
  const abort = (): void => {
    for (const read of reads) read.abort();
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  let isWhole = false;
  let failure: GatewayError | undefined;
  try {
    yield* mergedChunks(deps, input, run);
    isWhole = true;
  } catch (error) {
    failure = toGatewayError(error);
    throw failure;
  } finally {
    signal.removeEventListener('abort', abort);
    if (!isWhole) abort();
    keepObservations(deps, run, { reads, isWhole });
    deps.observer.answered(fanOutResult(run, isWhole, failure));
  }
}

async function* mergedChunks(deps: FederateDeps, input: AnswerInput, run: FederateRun): AsyncGenerator<Uint8Array> {
  const { config, observer } = deps;
  const stage = createStage(STAGE_BYTES);
  const held = createHeldFamilies(config.federation.limits.maxHeldBackBytes);
  yield* mergeShards({
    cursors: input.reads.map((read) => new ShardCursor(read.shard, read, run.lose)),
    stage,
    held,
    shardsAreDistinct: input.plan.shardsAreDistinct,
    leavingName: (family) => escapeName(family, input.request.escaping),
    holdsBack: (family) => ownFamilies.has(family) || (input.plan.evaluateRules && deps.rules.mayProduce(family)),
    onConflict: (family, lines) => observer.conflict(family, lines),
    onLines: createAnswerLimits(config.federation.limits),
    onLate: (shard) =>
      run.lose(
        shard,
        new GatewayError('PG_PARSE_INVALID', 'a metric family came after its turn; its lines were left out'),
      ),
    checkpoint: run.checkpoint,
  });
  run.checkpoint();
  const { computed, coverage } = ruleOutputs(deps, input, run);
  const own = [
    ...coverageSeries(coverage),
    ...shardUpSeries(input.reads.map(({ shard }) => ({ name: config.shards[shard]!.name, isUp: !run.isLost(shard) }))),
  ];
  const { escaping } = input.request;
  const encoder = createRuleOutputEncoder({ externalLabels: config.global.externalLabels, escaping });
  const selected = computed.filter((output) => input.plan.selects(output.name, encoder.leavingLabels(output)));
  yield* writeTrailer(
    { stage, held, encoder, escaping, onConflict: (family, lines) => observer.ruleConflict(family, lines) },
    selected,
    own,
  );
}

function ruleOutputs(
  { config, ruleMemory, observer, now }: FederateDeps,
  { plan, reads }: AnswerInput,
  run: FederateRun,
): { computed: readonly RuleOutput[]; coverage: readonly RecordCoverage[] } {
  if (!plan.evaluateRules) return { computed: [], coverage: [] };
  const answers = new Map<string, PartialAggregates | 'failed'>(
    reads.map((read) => [
      config.shards[read.shard]!.name,
      (run.isLost(read.shard) ? undefined : read.result?.partials) ?? 'failed',
    ]),
  );
  const result = ruleMemory.combine(answers, now());
  observer.rules(result);
  return {
    computed: result.outputs,
    coverage: config.federation.coverageSeries ? result.coverage : [],
  };
}

/** What a client did not get whole must not move the watermark: a scraper throws a broken answer away. */
function keepObservations(
  { observer, shardStates, now }: FederateDeps,
  run: FederateRun,
  { reads, isWhole }: { readonly reads: readonly ShardRead[]; readonly isWhole: boolean },
): void {
  const nowMs = now();
  for (const { shard, view, result } of reads) {
    if (result === undefined) {
      observer.taskCut(shard, run.lossOf(shard)?.code === 'PG_WORKER_CRASHED' ? 'crashed' : 'aborted');
      continue;
    }
    const outcome = isWhole ? result.outcome : withoutGiven(result.outcome);
    const change = shardStates[shard]!.finish(view, outcome, nowMs);
    observer.shardRead(shard, result);
    if (change !== undefined) observer.leaderChanged(shard, change);
  }
}

function withoutGiven(outcome: ShardOutcome): ShardOutcome {
  return { ...outcome, newestGivenMs: -Infinity, filled: emptyFilledTable(), passed: emptyFilledTable() };
}

function fanOutResult(run: FederateRun, isWhole: boolean, failure: GatewayError | undefined): FanOutResult {
  if (isWhole) return run.isPartial ? 'partial' : 'complete';
  return failure === undefined || failure.code === 'PG_CLIENT_GONE' ? 'client_gone' : 'failed';
}
