import { escapeName } from '../../exposition/escaping.ts';
import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { emptyFilledTable, type ShardOutcome } from '../../topology/shard-view.ts';
import { createHeldFamilies } from '../merge/held-families.ts';
import { mergeShards } from '../merge/merge-shards.ts';
import { ShardCursor, type BlockSource } from '../merge/shard-cursor.ts';
import { createStage } from '../merge/stage.ts';
import { createRuleOutputEncoder, type LabelledValue } from '../rules/encode-rule-output.ts';
import type { RuleResult } from '../rules/rule-result.ts';
import type { FederateRequest } from '../service.ts';
import { createAnswerLimits } from './answer-limits.ts';
import { createAnswerRules, type AnswerRules } from './answer-rules.ts';
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
  const rules = input.plan.evaluateRules ? createAnswerRules(deps) : undefined;
  try {
    yield* chunksWithRules(deps, input, { run, rules });
  } finally {
    rules?.end();
  }
}

interface RunningAnswer {
  readonly run: FederateRun;
  readonly rules: AnswerRules | undefined;
}

async function* chunksWithRules(
  deps: FederateDeps,
  input: AnswerInput,
  { run, rules }: RunningAnswer,
): AsyncGenerator<Uint8Array> {
  const { config, observer } = deps;
  const stage = createStage(STAGE_BYTES);
  const held = createHeldFamilies(config.federation.limits.maxHeldBackBytes);
  yield* mergeShards({
    cursors: input.reads.map((read) => new ShardCursor(read.shard, sourceOf(read, run, rules), run.lose)),
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
  const result = await rules?.result();
  run.checkpoint();
  if (result !== undefined) observer.rules(result);
  const { escaping } = input.request;
  yield* writeTrailer(
    {
      stage,
      held,
      encoder: createRuleOutputEncoder({ externalLabels: config.global.externalLabels, escaping }),
      escaping,
      plan: input.plan,
      onConflict: (family, lines) => observer.ruleConflict(family, lines),
    },
    result?.outputs.families ?? [],
    ownSeries(deps, input, { run, result }),
  );
}

/** The blocks of a shard, at whose end the rules get what it gave them. */
function sourceOf(read: ShardRead, run: FederateRun, rules: AnswerRules | undefined): BlockSource {
  return {
    async next() {
      const block = await read.next();
      if (block === undefined && !run.isLost(read.shard)) rules?.take(read);
      return block;
    },
    release: (block) => read.release(block),
  };
}

function ownSeries(
  { config }: FederateDeps,
  { reads, request }: AnswerInput,
  { run, result }: { readonly run: FederateRun; readonly result: RuleResult | undefined },
): LabelledValue[] {
  // Their names are those of series that a tenant may not see.
  const hasCoverage = config.federation.coverageSeries && request.tenant === undefined;
  return [
    ...(hasCoverage ? coverageSeries(result?.coverage ?? []) : []),
    ...shardUpSeries(reads.map(({ shard }) => ({ name: config.shards[shard]!.name, isUp: !run.isLost(shard) }))),
  ];
}

/** What a client did not get whole must not move the watermark: a scraper throws a broken answer away. */
function keepObservations(
  { observer, shardStates, now }: FederateDeps,
  run: FederateRun,
  { reads, isWhole }: { readonly reads: readonly ShardRead[]; readonly isWhole: boolean },
): void {
  const nowMs = now();
  for (const { shard, view, admission, result, hasTask } of reads) {
    if (!hasTask) continue;
    admission.settle(result?.outcome.replicas);
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
  const none = emptyFilledTable();
  return { ...outcome, newestGivenMs: -Infinity, families: none, ahead: none, filled: none, passed: none };
}

function fanOutResult(run: FederateRun, isWhole: boolean, failure: GatewayError | undefined): FanOutResult {
  if (isWhole) return run.isPartial ? 'partial' : 'complete';
  return failure === undefined || failure.code === 'PG_CLIENT_GONE' ? 'client_gone' : 'failed';
}
