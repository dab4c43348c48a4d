import { describe, expect, it } from 'vitest';
import { allocateBlockBuffers, BlockWriter } from '../../../../src/federate/join/block-writer.ts';
import { nameKey } from '../../../../src/federate/join/name-key.ts';
import type { ShardJoinOptions } from '../../../../src/federate/join/join-options.ts';
import { createShardJoin } from '../../../../src/federate/join/shard-join.ts';
import { ShardTaskRun } from '../../../../src/federate/shard-task/shard-task-run.ts';
import type { BlockMeta, ShardTaskResult } from '../../../../src/federate/shard-task/shard-task.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { nothingGiven } from '../../../../src/topology/shard-view.ts';
import type { BlockSender } from '../../../../src/workers/block-channel.ts';
import { scriptReplica, type ScriptedReplica } from './scripted-replica.ts';

const HEDGE_MS = 150;
/** Much later than that: a busy machine may be late itself, and who is waited for in vain here never comes. */
const LATE_MS = 3000;
const reset = new GatewayError('PG_UPSTREAM_RESET', 'connection reset');

interface Harness {
  readonly text: () => string;
  readonly done: Promise<'complete' | 'failed' | 'no answer'>;
  readonly abort: () => void;
}

type StartOptions = Partial<Pick<ShardJoinOptions, 'succession' | 'expectation'>> & {
  readonly startFirst?: number[];
  readonly usualBytes?: number[];
};

function start(replicas: readonly ScriptedReplica[], options: StartOptions = {}): Harness {
  const controller = new AbortController();
  let text = '';
  const sender: BlockSender<BlockMeta, ShardTaskResult> = {
    signal: controller.signal,
    acquire: async () => (controller.signal.aborted ? undefined : allocateBlockBuffers(4096)),
    send: (buffers, meta) => {
      text += new TextDecoder().decode(new Uint8Array(buffers.bytes, 0, meta.usedBytes));
    },
    sendLast: () => {},
    release: () => {},
    end: () => {},
  };
  const reads = replicas.map(({ read }) => read);
  const run = new ShardTaskRun({
    reads,
    names: reads.map((_, index) => `prom-${index}:9090`),
    startFirst: options.startFirst ?? [...reads.keys()],
    succession: options.succession ?? [...reads.keys()],
    escaping: 'allow-utf-8',
    usualBytes: options.usualBytes ?? reads.map(() => Infinity),
    hedgeDelayMs: HEDGE_MS,
    minBytesPerSecond: 1000,
    createJoin: () =>
      createShardJoin({
        replicas: reads.map((read, index) => ({
          externalLabels: { replica: String(index) },
          order: 'sorted',
          isStarted: read.isStarted,
        })),
        ...nothingGiven(),
        leader: 0,
        succession: options.succession ?? [],
        expectation: options.expectation,
        maxFilledSeries: 100,
        replicaLabels: ['replica'],
        attachedLabels: {},
        shardLabels: {},
        keepReplicas: 'none',
        timestamps: 'keep',
        limits: { maxLineBytes: 1000, maxLabelsPerSeries: 100, maxLabelValueBytes: 100, maxBufferedBytes: 10_000 },
        family: () => ({ pass: 'all' }),
      }),
    sender,
    writer: new BlockWriter({ worthSending: { first: 1, most: 1 } }),
  });
  const done = run.run().then((join) => join?.summary().status ?? 'no answer');
  return { text: () => text, done, abort: () => controller.abort() };
}

interface Pair {
  readonly a: ScriptedReplica;
  readonly b: ScriptedReplica;
  readonly harness: Harness;
}

/** Two replicas that are asked, the first of which leads; no head has arrived. */
function startPair(options?: StartOptions): Pair {
  const [a, b] = [scriptReplica(), scriptReplica()];
  return { a, b, harness: start([a, b], options) };
}

/** Two replicas that are asked, both of whose heads arrive. */
function openPair(options?: StartOptions): Pair {
  const pair = startPair(options);
  pair.a.open();
  pair.b.open();
  return pair;
}

const line = (metric: string, replica: number, value: number): string =>
  `# TYPE ${metric} untyped\n${metric}{instance="",replica="${replica}"} ${value} 1700000000000\n`;
const out = (...series: [metric: string, value: number][]): string =>
  series.map(([metric, value]) => `${metric}{instance=""} ${value} 1700000000000\n`).join('');
/** Sorted, all of them before `n`. */
const metricNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `m_${String(i).padStart(5, '0')}`);
const droppedAsSlow = { result: 'dropped', error: { code: 'PG_UPSTREAM_SLOW' } };

describe('ShardTaskRun', () => {
  it('joins two replicas and lets both connections go', async () => {
    const { a, b, harness } = openPair();
    for (const [index, replica] of [a, b].entries()) {
      replica.send(line('x', index, index + 1) + line('y', index, index + 1));
      replica.end();
    }
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 1], ['y', 1]));
    expect([a.read.result, b.read.result]).toEqual(['complete', 'complete']);
  });

  it('goes on with a sibling when the leader dies in the middle of its body', async () => {
    const { a, b, harness } = openPair();
    a.send(line('x', 0, 1));
    b.send(line('x', 1, 2) + line('y', 1, 2));
    b.end();
    a.breakOff(reset);
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 1], ['y', 2]));
    expect(a.read).toMatchObject({ result: 'failed', error: { code: 'PG_UPSTREAM_RESET' } });
  });

  it('starts the next in the order of succession, where only the leader was started and failed', async () => {
    const [a, b, c] = [scriptReplica(), scriptReplica(), scriptReplica()];
    const harness = start([a, b, c], { startFirst: [0], succession: [2, 1] });
    a.open();
    a.breakOff(reset);
    c.open();
    c.send(line('x', 2, 3));
    c.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 3]));
    expect([a.read.result, b.read.isStarted, c.read.result]).toEqual(['failed', false, 'complete']);
  });

  describe('with a leader that is read alone and gives far fewer series than before', () => {
    const families = { keys: Float64Array.of(nameKey('x'), nameKey('y')), series: Uint32Array.of(1, 1) };
    const alone = { startFirst: [0], expectation: { families, maxMissingRatio: 0.1, siblings: [1] } };

    it('asks a sibling, whose series come in time', async () => {
      const [a, b] = [scriptReplica(), scriptReplica()];
      const harness = start([a, b], alone);
      a.open();
      a.send(line('y', 0, 1));
      a.end();
      b.open();
      b.send(line('x', 1, 2) + line('y', 1, 2));
      b.end();
      expect(await harness.done).toBe('complete');
      expect(harness.text()).toBe(out(['x', 2], ['y', 1]));
      expect([a.read.result, b.read.result]).toEqual(['complete', 'complete']);
    });

    it('waits no longer than the hedge delay for a sibling that hangs', async () => {
      const [a, b] = [scriptReplica(), scriptReplica()];
      const harness = start([a, b], alone);
      a.open();
      a.send(line('y', 0, 1));
      a.end();
      const before = performance.now();
      expect(await harness.done).toBe('complete');
      expect(performance.now() - before).toBeLessThan(LATE_MS);
      expect(harness.text()).toBe(out(['y', 1]));
      expect(b.read).toMatchObject({ result: 'dropped', error: { code: 'PG_UPSTREAM_SLOW' } });
    });
  });

  it('drops a replica that sends no head while its sibling waits', async () => {
    const { a, b, harness } = startPair();
    b.open();
    b.send(line('x', 1, 2));
    b.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 2]));
    expect(a.read).toMatchObject(droppedAsSlow);
    expect(a.isAborted).toBe(true);
  });

  it('drops a replica that stops in the middle of its body while its sibling waits', async () => {
    const { a, b, harness } = openPair();
    a.send(line('x', 0, 1));
    b.send(line('x', 1, 2) + line('y', 1, 2));
    b.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 1], ['y', 2]));
    expect(a.read).toMatchObject(droppedAsSlow);
  });

  it('drops a replica that sends a byte at a time while its sibling waits', async () => {
    const { a, b, harness } = openPair();
    b.send(line('x', 1, 2));
    b.end();
    const bytes = line('x', 0, 1).split('');
    const drip = setInterval(() => a.send(bytes.shift() ?? '#'), HEDGE_MS / 6);
    const begun = performance.now();
    expect(await harness.done).toBe('complete');
    clearInterval(drip);
    expect(performance.now() - begun).toBeLessThan(LATE_MS);
    expect(harness.text()).toBe(out(['x', 2]));
    expect(a.read).toMatchObject(droppedAsSlow);
  });

  it('drops a replica that sends nothing but comments while its sibling waits', async () => {
    const { a, b, harness } = openPair();
    b.send(line('x', 1, 2));
    b.end();
    const flood = setInterval(() => a.send('# nothing\n'.repeat(20)), 5);
    const begun = performance.now();
    expect(await harness.done).toBe('complete');
    expect(performance.now() - begun).toBeLessThan(LATE_MS);
    clearInterval(flood);
    expect(harness.text()).toBe(out(['x', 2]));
    expect(a.read).toMatchObject(droppedAsSlow);
  });

  it('drops a replica that does not end when its sibling has', async () => {
    const { a, b, harness } = openPair();
    a.send(line('x', 0, 1));
    b.send(line('x', 1, 2));
    b.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 1]));
    expect([a.read.result, b.read.result]).toEqual(['dropped', 'complete']);
  });

  it.each([
    ['drops a replica that goes on and on where it gave little before', 20_000, 'dropped'],
    ['reads to its end what a replica gave as much of before', 60_000, 'complete'],
    ['reads to its end what nobody knows better of', Infinity, 'complete'],
  ])('%s, while its sibling waits', async (_name, usualBytes, result) => {
    const { a, b, harness } = openPair({ usualBytes: [usualBytes, usualBytes] });
    b.send(line('x', 1, 2));
    b.end();
    const lines = metricNames(1460).map((name) => `m{a="${name}",instance="",replica="0"} 1 1700000000000\n`);
    a.send(`# TYPE m untyped\n${lines.splice(0, 1400).join('')}`);
    for (const later of lines) {
      a.send(later);
      await new Promise((resolve) => {
        setTimeout(resolve, HEDGE_MS / 10);
      });
    }
    a.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toContain('m{a="m_01399",instance=""} 1');
    expect(harness.text().endsWith(out(['x', 2]))).toBe(true);
    expect(a.read.result).toBe(result);
  });

  it('keeps a replica that is slow and steady', async () => {
    const { a, b, harness } = openPair();
    b.send(line('x', 1, 2));
    b.end();
    // For longer than the hedge delay, well above the floor of bytes a second, each pause far below the delay.
    const metrics = metricNames(30);
    for (const metric of metrics) {
      a.send(line(metric, 0, 1));
      await new Promise((resolve) => {
        setTimeout(resolve, HEDGE_MS / 10);
      });
    }
    a.send(line('x', 0, 1));
    a.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(...metrics.map((metric) => [metric, 1] as [string, number]), ['x', 1]));
    expect(a.read.result).toBe('complete');
  });

  it('ends a read that is longer than it may be', async () => {
    const { a, b, harness } = openPair();
    const metrics = metricNames(2000);
    for (const metric of metrics) a.send(line(metric, 0, 1));
    b.send(line('n', 1, 2));
    b.end();
    expect(await harness.done).toBe('complete');
    expect(a.read).toMatchObject({ result: 'failed', error: { code: 'PG_LIMIT_UPSTREAM_BYTES' } });
    expect(harness.text()).toContain(out(['n', 2]));
  });

  it('waits for a lone replica, however slow', async () => {
    const a = scriptReplica();
    const harness = start([a]);
    await new Promise((resolve) => {
      setTimeout(resolve, HEDGE_MS * 3);
    });
    a.open();
    a.send(line('x', 0, 1));
    a.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 1]));
  });

  it('starts a sibling only when the leader fails, and skips what was given', async () => {
    const { a, b, harness } = startPair({ startFirst: [0] });
    a.open();
    a.send(line('x', 0, 1) + line('y', 0, 1).slice(0, 20));
    b.open();
    b.send(line('x', 1, 2) + line('y', 1, 2));
    b.end();
    expect(b.read.isStarted).toBe(false);
    a.breakOff(reset);
    expect(await harness.done).toBe('complete');
    expect(b.read.isStarted).toBe(true);
    expect(harness.text()).toBe(out(['x', 1], ['y', 2]));
  });

  it('starts a sibling when the leader sends garbage, whose connection is let go', async () => {
    const { a, b, harness } = startPair({ startFirst: [0] });
    a.open();
    a.send(line('x', 0, 1) + 'not an exposition\n');
    b.open();
    b.send(line('x', 1, 2) + line('y', 1, 2));
    b.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 1], ['y', 2]));
    expect(a.read).toMatchObject({ result: 'failed', error: { code: 'PG_PARSE_INVALID' } });
    expect(a.isAborted).toBe(true);
  });

  it('starts a sibling when the leader hangs', async () => {
    const { b, harness } = startPair({ startFirst: [0] });
    b.open();
    b.send(line('x', 1, 2));
    b.end();
    expect(await harness.done).toBe('complete');
    expect(harness.text()).toBe(out(['x', 2]));
  });

  it('fails when every replica has', async () => {
    const { a, b, harness } = startPair();
    a.refuse(reset);
    b.refuse(reset);
    expect(await harness.done).toBe('no answer');
    const garbage = openPair();
    for (const replica of [garbage.a, garbage.b]) {
      replica.send('<html>\n');
      replica.end();
    }
    expect(await garbage.harness.done).toBe('failed');
  });

  it('ends when it is aborted, and lets the connections go', async () => {
    const a = scriptReplica();
    const harness = start([a]);
    a.open();
    a.send(line('x', 0, 1));
    harness.abort();
    await harness.done;
    expect(a.isAborted).toBe(true);
  });
});
