import { describe, expect, it } from 'vitest';
import type { Config } from '../../../../src/config/config.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { createFederateService } from '../../../../src/federate/pipeline/federate-service.ts';
import type { FederateObserver } from '../../../../src/federate/pipeline/federate-observer.ts';
import { createStepQueue } from '../../../../src/federate/pipeline/step-queue.ts';
import { createRequestPlanner } from '../../../../src/federate/pipeline/request-plan.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { createRuleMemory } from '../../../../src/federate/rules/rule-memory.ts';
import { createShardAggregation } from '../../../../src/federate/rules/shard-aggregation.ts';
import type { FederateRequest } from '../../../../src/federate/service.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from '../../../../src/federate/shard-task/shard-task.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';
import { createShardState } from '../../../../src/topology/shard-state.ts';
import { shareJson } from '../../../../src/workers/shared-json.ts';
import type { WorkerPool } from '../../../../src/workers/worker-pool.ts';
import { shardOutcome } from '../../topology/outcomes.ts';
import { blockOf, type FamilyLines } from '../merge/blocks.ts';
import { createShardBreakers } from '../../../../src/topology/shard-breakers.ts';

const NOW_MS = 1_700_000_000_000;

/** What the fake worker of one shard does. */
interface Script {
  readonly families?: readonly FamilyLines[];
  /** `slave:x` of this value for the rules. */
  readonly source?: number;
  readonly error?: GatewayError;
  readonly crash?: boolean;
  readonly never?: boolean;
}

const reset = new GatewayError('PG_UPSTREAM_RESET', 'connection reset');

function configOf(extra = ''): Config {
  const yaml = `
shards:
- {name: s0, labels: {slave: "0"}, static_configs: [{targets: ['a:1']}]}
- {name: s1, labels: {slave: "1"}, static_configs: [{targets: ['b:1']}]}
aggregation_rules:
- {source: 'slave:(.+)', record: 'job:$1', without: [slave], function: sum}
${extra}`;
  return loadConfig(yaml, { file: 'test', parseSelector }).config;
}

function resultOf(config: Config, task: ShardTask, script: Script): ShardTaskResult {
  const aggregation = createShardAggregation(compileRules(config.aggregationRules), { maxGroupsPerRule: 10 });
  if (script.source !== undefined) aggregation.family('slave:x')?.(['job', 'api'], script.source, NOW_MS);
  return {
    outcome: shardOutcome([], {
      status: script.error === undefined ? 'complete' : 'failed',
      newestGivenMs: NOW_MS,
      seriesOut: 0,
    }),
    partials: script.error === undefined && task.evaluateRules ? aggregation.result() : undefined,
    error: script.error && { code: script.error.code, message: script.error.message, details: {} },
    comparedLines: 0,
    scannedBytes: 0,
    thread: 1,
  };
}

type Pool = WorkerPool<ShardTask, BlockMeta, ShardTaskResult>;

function poolOf(config: Config, scripts: readonly Script[], aborted: number[]): Pool {
  return {
    threads: 1,
    slots: 100,
    resize: () => {},
    waiting: 0,
    running: 0,
    ready: async () => {},
    admit: async () => () => {},
    close: async () => {},
    start(task) {
      const script = scripts[task.shard]!;
      const waiting = Promise.withResolvers<never>();
      waiting.promise.catch(() => {});
      let sent = script.families === undefined;
      return {
        ended: Promise.resolve(),
        recycle: () => {},
        fail: () => {},
        abort: () => {
          aborted.push(task.shard);
          waiting.reject(new GatewayError('PG_CLIENT_GONE', 'aborted'));
        },
        async next() {
          if (script.never === true) return waiting.promise;
          if (script.crash === true) throw new GatewayError('PG_WORKER_CRASHED', 'died');
          if (sent) return { kind: 'end', result: resultOf(config, task, script) };
          sent = true;
          const { bytes, segments, lineEnds, hashes } = blockOf(...script.families!);
          const buffers = {
            bytes: bytes.buffer as ArrayBuffer,
            lineEnds: lineEnds.buffer as ArrayBuffer,
            hashes: hashes.buffer as ArrayBuffer,
          };
          return { kind: 'block', buffers, meta: { segments, usedBytes: bytes.length, lines: lineEnds.length } };
        },
      };
    },
  };
}

interface Setup {
  readonly scripts: Script[];
  readonly extra?: string;
  readonly maxContributions?: number;
}

function setUp({ scripts, extra = '', maxContributions = 100 }: Setup) {
  const config = configOf(extra);
  const rules = compileRules(config.aggregationRules);
  const aborted: number[] = [];
  const events: string[] = [];
  const observer: FederateObserver = {
    shardRead: () => {},
    leaderChanged: () => {},
    shardLost: (shard, error) => events.push(`lost ${shard} ${error.code}`),
    conflict: () => {},
    rules: () => {},
    ruleConflict: (family, lines) => events.push(`rule conflict ${family} ${lines}`),
    answered: (result) => events.push(result),
    taskCut: (shard, how) => events.push(`cut ${shard} ${how}`),
  };
  const service = createFederateService({
    config,
    pool: poolOf(config, scripts, aborted),
    shardStates: config.shards.map((shard) => createShardState(shard, config.deduplication, 300_000)),
    breakers: config.shards.map(({ replicas }) =>
      createShardBreakers(
        replicas.map(({ name }) => name),
        config.deduplication.breaker,
      ),
    ),
    rules,
    sharedConfig: shareJson(1, config),
    ruleQueue: createStepQueue(),
    ruleMemory: createRuleMemory(rules, ['s0', 's1'], { lookbackDeltaMs: 300_000, maxContributions }),
    planner: createRequestPlanner(config, rules),
    observer,
    now: () => NOW_MS,
  });
  return { service, events, aborted, scripts };
}

const request = (overrides: Partial<FederateRequest> = {}): FederateRequest => ({
  match: ['{__name__=~".+"}'],
  partialResponse: 'warn',
  dedup: true,
  escaping: 'allow-utf-8',
  tenant: undefined,
  ...overrides,
});

const never = new AbortController().signal;

async function ask(setup: ReturnType<typeof setUp>, overrides: Partial<FederateRequest> = {}) {
  const answer = await setup.service.federate(request(overrides), never);
  let text = '';
  for await (const chunk of answer.body) text += new TextDecoder().decode(chunk);
  return { text, partial: answer.partial };
}

const up = (shard: number): Script => ({
  families: [{ family: 'up', lines: [`up{i="1",slave="${shard}"} 1 5`] }],
  source: shard + 1,
});
const trailer = (s0: number, s1: number): string =>
  `# TYPE promgate_federate_shard_up untyped\npromgate_federate_shard_up{shard="s0",instance=""} ${s0}\npromgate_federate_shard_up{shard="s1",instance=""} ${s1}\n`;
const both = '# TYPE up untyped\nup{i="1",slave="0"} 1 5\nup{i="1",slave="1"} 1 5\n';
const jobX = (value: number): string => `# TYPE job:x untyped\njob:x{job="api",instance=""} ${value}\n`;

describe('createFederateService', () => {
  it('gives shards, rule outputs and the trailer', async () => {
    const setup = setUp({ scripts: [up(0), up(1)] });
    expect(await ask(setup)).toEqual({ text: both + jobX(3) + trailer(1, 1), partial: false });
    expect(setup.events).toEqual(['complete']);
  });

  it('gives only the outputs that were asked for, and always the trailer', async () => {
    const setup = setUp({ scripts: [{ source: 1 }, { source: 2 }] });
    expect((await ask(setup, { match: ['{__name__="job:x",job="db"}'] })).text).toBe(trailer(1, 1));
    expect((await ask(setup, { match: ['job:x'] })).text).toBe(jobX(3) + trailer(1, 1));
  });

  it('goes on without a lost shard, says so, and withholds the sum that would be too low', async () => {
    const setup = setUp({ scripts: [up(0), { error: reset }] });
    expect(await ask(setup)).toEqual({
      text: `# TYPE up untyped\nup{i="1",slave="0"} 1 5\n${trailer(1, 0)}`,
      partial: true,
    });
    expect(setup.events).toEqual(['lost 1 PG_UPSTREAM_RESET', 'partial']);
  });

  it('refuses a partial answer where it must not be partial', async () => {
    const setup = setUp({ scripts: [up(0), { error: reset }] });
    await expect(ask(setup, { partialResponse: 'abort' })).rejects.toMatchObject({
      code: 'PG_SHARD_UNAVAILABLE',
      message: 'partial_response is abort and a shard is missing: shard s1: connection reset',
    });
    expect(setup.events.at(-1)).toBe('failed');
  });

  it('refuses an answer to which no shard contributed', async () => {
    const setup = setUp({ scripts: [{ error: reset }, { crash: true }] });
    await expect(ask(setup)).rejects.toThrow('no shard answered: shard s0: connection reset; shard s1: died');
    expect(setup.events).toContain('cut 1 crashed');
  });

  it('refuses an answer whose rule has too many groups, rather than leave the shard out', async () => {
    const setup = setUp({ scripts: [up(0), { error: new GatewayError('PG_LIMIT_GROUPS', 'too many groups') }] });
    await expect(ask(setup)).rejects.toMatchObject({ code: 'PG_LIMIT_GROUPS', message: 'too many groups' });
  });

  it('lets a rule replace a passed-through series of its label set', async () => {
    const [low, high] = hashLabelSet('job:x', ['job', 'api']);
    const block = { family: 'job:x', lines: ['job:x{job="api"} 99 5', 'job:x{job="db"} 7 5'] };
    const setup = setUp({
      scripts: [{ source: 1, families: [{ ...block, hashes: [low, high, 1, 2] }] }, { source: 2 }],
    });
    const { text } = await ask(setup);
    expect(text).toBe(`# TYPE job:x untyped\njob:x{job="db"} 7 5\njob:x{job="api",instance=""} 3\n${trailer(1, 1)}`);
    expect(setup.events).toContain('rule conflict job:x 1');
  });

  it.each([
    ['max_series: 1', 'PG_LIMIT_SERIES', 'the answer has at least 2 series, the limit max_series is 1'],
    ['max_response_bytes: 30', 'PG_LIMIT_RESPONSE_BYTES', 'the limit max_response_bytes is 30'],
  ])('ends over the limit %s', async (limit, code, message) => {
    const setup = setUp({ scripts: [up(0), up(1)], extra: `federation: {limits: {${limit}}}` });
    await expect(ask(setup)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(setup.aborted).toEqual([0, 1]);
  });

  it('refuses an answer for which more contributions would have to be kept than may be', async () => {
    const setup = setUp({ scripts: [{ source: 1 }, { source: 2 }], maxContributions: 1 });
    await expect(ask(setup)).rejects.toMatchObject({ code: 'PG_LIMIT_GROUPS' });
    expect(setup.events.at(-1)).toBe('failed');
  });

  it('remembers what a shard gave to an answer that nobody waited for', async () => {
    const setup = setUp({ scripts: [{ source: 1 }, { never: true }] });
    const client = new AbortController();
    const answer = setup.service.federate(request(), client.signal);
    setTimeout(() => client.abort(), 20);
    await expect(answer).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    setup.scripts.splice(0, 2, { error: reset }, { source: 2 });
    expect((await ask(setup, { match: ['job:x'] })).text).toBe(jobX(3) + trailer(0, 1));
  });

  it('stops the tasks when the client leaves', async () => {
    const setup = setUp({ scripts: [up(0), { never: true }] });
    const client = new AbortController();
    const answer = setup.service.federate(request(), client.signal);
    setTimeout(() => client.abort(), 20);
    await expect(answer).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    expect(setup.aborted).toContain(1);
    expect(setup.events.at(-1)).toBe('client_gone');
  });

  it('stops the tasks of a client that left before they were started', async () => {
    const setup = setUp({ scripts: [{ never: true }, { never: true }] });
    const client = new AbortController();
    client.abort();
    await expect(setup.service.federate(request(), client.signal)).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    expect(setup.aborted).toEqual([0, 1, 0, 1]);
  });

  it('answers a bad selector before anything is started', async () => {
    const setup = setUp({ scripts: [up(0), up(1)] });
    await expect(ask(setup, { match: ['up['] })).rejects.toMatchObject({ code: 'PG_SELECTOR_INVALID' });
    expect(setup.events).toEqual([]);
  });
});
