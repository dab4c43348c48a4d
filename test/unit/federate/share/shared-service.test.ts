import { describe, expect, it } from 'vitest';
import type { FederateAnswer, FederateRequest, FederateService } from '../../../../src/federate/service.ts';
import type { Clock } from '../../../../src/federate/share/clock.ts';
import { createFanOutAdmission, type FanOutLimits } from '../../../../src/federate/share/fan-out-admission.ts';
import { createSharedService, type ShareOptions } from '../../../../src/federate/share/shared-service.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { createFakeService } from './fake-federate-service.ts';

const never = new AbortController().signal;

function request(overrides: Partial<FederateRequest> = {}): FederateRequest {
  const own = {
    match: ['up'],
    partialResponse: 'warn',
    dedup: true,
    escaping: 'allow-utf-8',
    tenant: undefined,
  } as const;
  return { ...own, ...overrides };
}

function createFakeClock(): Clock & { advance(ms: number): void } {
  let nowMs = 1000;
  const timers = new Set<{ atMs: number; callback: () => void }>();
  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      nowMs += ms;
      for (const timer of timers) {
        if (timer.atMs > nowMs) continue;
        timers.delete(timer);
        timer.callback();
      }
    },
  };
}

type Overrides = Partial<Omit<ShareOptions, 'admission'> & FanOutLimits>;

function setUp({ maxConcurrent = 2, maxQueued = 2, ...overrides }: Overrides = {}) {
  const inner = createFakeService();
  const clock = createFakeClock();
  const counts = { shared: 0, reused: 0, cut: 0 };
  const service = createSharedService(inner, {
    keyOf: (request) => request.match.join(' or '),
    admission: createFanOutAdmission({ maxConcurrent, maxQueued, clock }),
    maxClientLagBytes: 20,
    reuseForMs: 0,
    maxReuseBytes: 1000,
    maxClientsPerFanOut: 10,
    clock,
    events: {
      onShared: () => counts.shared++,
      onReused: () => counts.reused++,
      onClientCut: () => counts.cut++,
    },
    ...overrides,
  });
  return { inner, clock, counts, service };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function readAll(answer: FederateAnswer): Promise<string> {
  let text = '';
  for await (const chunk of answer.body) text += new TextDecoder().decode(chunk);
  return text;
}

const textOf = (result: IteratorResult<Uint8Array>): string | undefined =>
  result.done === true ? undefined : new TextDecoder().decode(result.value);

describe('sharing', () => {
  it('gives equal requests one fan-out and each the whole body', async () => {
    const { inner, service, counts } = setUp();
    const answers = Promise.all([1, 2, 3].map(() => service.federate(request(), never)));
    await settle();
    expect(inner.calls).toHaveLength(1);
    inner.calls[0]!.answer();
    const bodies = Promise.all((await answers).map(readAll));
    for (const text of ['a 1\n', 'b 2\n', 'c 3\n']) inner.calls[0]!.chunk(text);
    inner.calls[0]!.end();
    expect(await bodies).toEqual(['a 1\nb 2\nc 3\n', 'a 1\nb 2\nc 3\n', 'a 1\nb 2\nc 3\n']);
    expect(counts).toEqual({ shared: 2, reused: 0, cut: 0 });
  });

  it.each<[string, Partial<FederateRequest>]>([
    ['selectors', { match: ['down'] }],
    ['partial mode', { partialResponse: 'abort' }],
    ['dedup', { dedup: false }],
    ['escaping', { escaping: 'dots' }],
    ['tenant', { tenant: 'team-a' }],
  ])('keeps requests apart that differ in %s', async (_what, overrides) => {
    const { inner, service } = setUp();
    void service.federate(request(), never);
    void service.federate(request(overrides), never);
    await settle();
    expect(inner.calls).toHaveLength(2);
  });

  it('is open after the answer and closed after its first chunk', async () => {
    const { inner, service } = setUp();
    const first = service.federate(request(), never);
    await settle();
    inner.calls[0]!.answer();
    const reader = (await first).body[Symbol.asyncIterator]();
    const second = await service.federate(request(), never);
    expect(inner.calls).toHaveLength(1);
    inner.calls[0]!.chunk('a 1\n');
    await reader.next();
    void service.federate(request(), never);
    await settle();
    expect(inner.calls).toHaveLength(2);
    inner.calls[0]!.end();
    await reader.next();
    expect(await readAll(second)).toBe('a 1\n');
  });

  it.each([
    { own: 5000, joins: true },
    { own: 6000, joins: true },
    { own: undefined, joins: true },
    { own: 4999, joins: false },
  ])('with a running deadline of 5000 ms and an own one of $own ms joins: $joins', async ({ own, joins }) => {
    const { inner, service } = setUp();
    void service.federate(request({ timeoutMs: 5000 }), never);
    void service.federate(request(own === undefined ? {} : { timeoutMs: own }), never);
    await settle();
    expect(inner.calls).toHaveLength(joins ? 1 : 2);
  });

  it('does not join a fan-out without a deadline when it has one', async () => {
    const { inner, service } = setUp();
    void service.federate(request(), never);
    void service.federate(request({ timeoutMs: 10_000 }), never);
    await settle();
    expect(inner.calls).toHaveLength(2);
  });

  it('starts another fan-out for more clients than one may serve', async () => {
    const { inner, service } = setUp({ maxClientsPerFanOut: 2 });
    for (let i = 0; i < 3; i++) void service.federate(request(), never);
    await settle();
    expect(inner.calls).toHaveLength(2);
  });

  it('fails every client with the error before the first byte', async () => {
    const { inner, service } = setUp();
    const answers = [service.federate(request(), never), service.federate(request(), never)];
    await settle();
    inner.calls[0]!.refuse(new GatewayError('PG_SHARD_UNAVAILABLE', 'shard "a" has no live replica'));
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'PG_SHARD_UNAVAILABLE' });
  });

  it('fails every client with the error after the first byte', async () => {
    const { inner, service } = setUp();
    const answers = Promise.all([service.federate(request(), never), service.federate(request(), never)]);
    await settle();
    inner.calls[0]!.answer();
    const bodies = (await answers).map(readAll);
    const outcomes = Promise.allSettled(bodies);
    inner.calls[0]!.chunk('a 1\n');
    inner.calls[0]!.fail(new GatewayError('PG_SHARD_UNAVAILABLE', 'lost'));
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'PG_SHARD_UNAVAILABLE' } });
    }
  });

  it('rejects when the key cannot be made', async () => {
    const { service } = setUp({
      keyOf: () => {
        throw new GatewayError('PG_SELECTOR_INVALID', '1:1: parse error');
      },
    });
    await expect(service.federate(request(), never)).rejects.toMatchObject({ code: 'PG_SELECTOR_INVALID' });
  });
});

describe('pace', () => {
  it('asks for a chunk only when the lone client asks, and hands it over uncopied', async () => {
    const { inner, service } = setUp();
    const pending = service.federate(request(), never);
    await settle();
    const call = inner.calls[0]!;
    call.answer();
    const reader = (await pending).body[Symbol.asyncIterator]();
    call.chunk('a 1\n');
    call.chunk('b 2\n');
    await settle();
    expect(call.asked).toBe(0);
    const first = await reader.next();
    expect(textOf(first)).toBe('a 1\n');
    await settle();
    expect(call.asked).toBe(1);
    expect(textOf(await reader.next())).toBe('b 2\n');
    expect((first.value as Uint8Array)[0]).toBe('b'.charCodeAt(0));
  });

  it('goes at the pace of the fastest and cuts the client that falls too far behind', async () => {
    const { inner, service, counts } = setUp({ maxClientLagBytes: 8 });
    const [fast, slow] = [service.federate(request(), never), service.federate(request(), never)];
    await settle();
    const call = inner.calls[0]!;
    call.answer();
    const fastReader = (await fast).body[Symbol.asyncIterator]();
    const slowReader = (await slow).body[Symbol.asyncIterator]();
    for (const text of ['a 1\n', 'b 2\n', 'c 3\n', 'd 4\n']) call.chunk(text);
    for (const text of ['a 1\n', 'b 2\n']) expect(textOf(await fastReader.next())).toBe(text);
    expect(textOf(await slowReader.next())).toBe('a 1\n');
    expect(textOf(await fastReader.next())).toBe('c 3\n');
    expect(counts.cut).toBe(0);
    expect(textOf(await fastReader.next())).toBe('d 4\n');
    expect(counts.cut).toBe(1);
    await expect(slowReader.next()).rejects.toMatchObject({ code: 'PG_CLIENT_SLOW' });
    call.end();
    expect((await fastReader.next()).done).toBe(true);
  });

  it('takes a single chunk larger than the bound from a client that is not behind', async () => {
    const { inner, service, counts } = setUp({ maxClientLagBytes: 2 });
    const answers = Promise.all([service.federate(request(), never), service.federate(request(), never)]);
    await settle();
    inner.calls[0]!.answer();
    const [one, two] = await answers;
    inner.calls[0]!.chunk('a 1\n');
    inner.calls[0]!.end();
    const bodies = [await readAll(one), await readAll(two)];
    expect(bodies).toEqual(['a 1\n', 'a 1\n']);
    expect(counts.cut).toBe(0);
  });
});

describe('leaving', () => {
  async function askAndLeave(service: FederateService): Promise<void> {
    const client = new AbortController();
    const gone = service.federate(request(), client.signal);
    await settle();
    client.abort();
    await expect(gone).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
  }

  it('aborts the fan-out when the last client has gone, not before', async () => {
    const { inner, service } = setUp();
    const clients = [new AbortController(), new AbortController()];
    const answers = clients.map(({ signal }) => service.federate(request(), signal));
    await settle();
    clients[0]!.abort();
    await expect(answers[0]).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    expect(inner.calls[0]!.signal.aborted).toBe(false);
    clients[1]!.abort();
    await expect(answers[1]).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    expect(inner.calls[0]!.signal.aborted).toBe(true);
  });

  it('is not joined any more once it has been aborted', async () => {
    const { inner, service } = setUp();
    await askAndLeave(service);
    void service.federate(request(), never);
    await settle();
    expect(inner.calls).toHaveLength(2);
  });

  it('returns an answer that comes after everybody left', async () => {
    const { inner, service } = setUp();
    await askAndLeave(service);
    inner.calls[0]!.answer();
    await settle();
    expect(inner.calls[0]!.returned).toBe(true);
  });

  it('stops the fan-out when the reader returns, and frees its place', async () => {
    const { inner, service } = setUp({ maxConcurrent: 1 });
    const pending = service.federate(request(), never);
    await settle();
    inner.calls[0]!.answer();
    inner.calls[0]!.chunk('a 1\n');
    for await (const _chunk of (await pending).body) break;
    await settle();
    expect(inner.calls[0]!.signal.aborted).toBe(true);
    expect(inner.calls[0]!.returned).toBe(true);
    void service.federate(request(), never);
    await settle();
    expect(inner.calls).toHaveLength(2);
  });

  it('ends a pending read at once when its client goes', async () => {
    const { inner, service } = setUp();
    const client = new AbortController();
    const pending = service.federate(request(), client.signal);
    await settle();
    inner.calls[0]!.answer();
    const read = (await pending).body[Symbol.asyncIterator]().next();
    client.abort();
    await expect(read).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
  });
});

describe('admission', () => {
  it('queues as many as may wait, refuses the rest, and starts the next in order', async () => {
    const { inner, service } = setUp({ maxConcurrent: 1, maxQueued: 1 });
    const running = service.federate(request({ match: ['a'] }), never);
    const waiting = service.federate(request({ match: ['b'] }), never);
    await settle();
    await expect(service.federate(request({ match: ['c'] }), never)).rejects.toMatchObject({
      code: 'PG_OVERLOADED',
      details: { retryAfterSeconds: 1 },
    });
    expect(inner.calls.map(({ request }) => request.match)).toEqual([['a']]);
    inner.calls[0]!.refuse(new Error('x'));
    await expect(running).rejects.toThrow('x');
    await settle();
    expect(inner.calls.map(({ request }) => request.match)).toEqual([['a'], ['b']]);
    inner.calls[1]!.answer();
    inner.calls[1]!.end();
    expect(await readAll(await waiting)).toBe('');
  });

  it('takes the time in the queue off the timeout', async () => {
    const { inner, service, clock } = setUp({ maxConcurrent: 1 });
    const running = service.federate(request({ match: ['a'] }), never);
    void service.federate(request({ match: ['b'], timeoutMs: 5000 }), never);
    await settle();
    clock.advance(2000);
    inner.calls[0]!.refuse(new Error('x'));
    await expect(running).rejects.toThrow('x');
    await settle();
    expect(inner.calls[1]!.request.timeoutMs).toBe(3000);
  });

  it('refuses a request whose deadline passes in the queue', async () => {
    const { service, clock } = setUp({ maxConcurrent: 1 });
    void service.federate(request({ match: ['a'] }), never);
    const waiting = service.federate(request({ match: ['b'], timeoutMs: 5000 }), never);
    await settle();
    const refused = expect(waiting).rejects.toMatchObject({ code: 'PG_OVERLOADED' });
    clock.advance(5000);
    await refused;
  });

  it('lets a client leave the queue', async () => {
    const { inner, service } = setUp({ maxConcurrent: 1 });
    const client = new AbortController();
    void service.federate(request({ match: ['a'] }), never);
    const waiting = service.federate(request({ match: ['b'] }), client.signal);
    await settle();
    client.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    void service.federate(request({ match: ['c'] }), never);
    await settle();
    inner.calls[0]!.answer();
    expect(inner.calls).toHaveLength(1);
  });

  it('has no limit at 0', async () => {
    const { inner, service } = setUp({ maxConcurrent: 0 });
    for (let i = 0; i < 50; i++) void service.federate(request({ match: [`m${i}`] }), never);
    await settle();
    expect(inner.calls).toHaveLength(50);
  });
});

describe('reuse', () => {
  async function run(context: ReturnType<typeof setUp>, text: string, partial = false): Promise<string> {
    const { inner, service } = context;
    const before = inner.calls.length;
    const pending = service.federate(request(), never);
    await settle();
    if (inner.calls.length > before) {
      inner.calls[before]!.answer(partial);
      inner.calls[before]!.chunk(text);
      inner.calls[before]!.end();
    }
    return readAll(await pending);
  }

  it('gives a complete answer again until it is too old', async () => {
    const context = setUp({ reuseForMs: 3000 });
    expect(await run(context, 'a 1\n')).toBe('a 1\n');
    context.clock.advance(2999);
    expect(await run(context, 'a 2\n')).toBe('a 1\n');
    context.clock.advance(1);
    expect(await run(context, 'a 3\n')).toBe('a 3\n');
    expect(context.counts.reused).toBe(1);
  });

  it.each(['known at first', 'found out at the end'])('never keeps a partial answer (%s)', async (when) => {
    const context = setUp({ reuseForMs: 3000 });
    const pending = context.service.federate(request(), never);
    await settle();
    const call = context.inner.calls[0]!;
    call.answer(when === 'known at first');
    call.chunk('a 1\n');
    call.becomePartial();
    call.end();
    await readAll(await pending);
    expect(await run(context, 'a 2\n')).toBe('a 2\n');
  });

  it('never keeps an answer larger than the bound', async () => {
    const context = setUp({ reuseForMs: 3000, maxReuseBytes: 3 });
    await run(context, 'a 1\n');
    expect(await run(context, 'a 2\n')).toBe('a 2\n');
  });

  it('never gives an older answer after a newer one has begun to leave', async () => {
    const context = setUp({ reuseForMs: 60_000 });
    const { inner, service } = context;
    const older = await startReading(context, 'a 1\n');
    const newer = service.federate(request(), never);
    await settle();
    inner.calls[1]!.answer(true);
    inner.calls[1]!.chunk('a 2\n');
    inner.calls[1]!.end();
    expect(await readAll(await newer)).toBe('a 2\n');
    inner.calls[0]!.end();
    expect((await older.next()).done).toBe(true);
    expect(await run(context, 'a 3\n')).toBe('a 3\n');
  });

  async function startReading(context: ReturnType<typeof setUp>, text: string): Promise<AsyncIterator<Uint8Array>> {
    const pending = context.service.federate(request(), never);
    await settle();
    context.inner.calls[0]!.answer();
    context.inner.calls[0]!.chunk(text);
    const reader = (await pending).body[Symbol.asyncIterator]();
    await reader.next();
    return reader;
  }
});
