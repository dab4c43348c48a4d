import { describe, expect, it } from 'vitest';
import { createDataSet } from '../../../native-free-bench/data/data-sets.ts';
import { renderBody } from '../../../native-free-bench/data/render-body.ts';
import { frameChunks } from '../../../native-free-bench/lib/chunked-framing.ts';
import { createNameMatcher } from '../../../native-free-bench/lib/name-matcher.ts';
import { createReplayBody } from '../../../native-free-bench/lib/replay-body.ts';
import type { ReplaySpec } from '../../../native-free-bench/lib/replay-spec.ts';

const PLACE = { shard: 1, replica: 0 };
const SPEC: ReplaySpec = {
  dataSet: 'uniform-families',
  size: { families: 13, seriesPerFamily: 40 },
  shards: 2,
  replicas: 2,
  chunkBytes: 1_000,
  mode: 'memory',
  nowMs: 1_700_000_000_000,
};

describe('frameChunks', () => {
  it.each([
    ['nothing', '', 4, ''],
    ['less than a chunk', 'abc', 4, '3\r\nabc\r\n'],
    ['a whole chunk', 'abcd', 4, '4\r\nabcd\r\n'],
    ['several', 'abcdefghi', 4, '4\r\nabcd\r\n4\r\nefgh\r\n1\r\ni\r\n'],
    ['a last chunk with a shorter size', 'x'.repeat(17), 16, `10\r\n${'x'.repeat(16)}\r\n01\r\nx\r\n`],
  ])('frames %s', (_, body, chunkBytes, framed) => {
    expect(frameChunks(Buffer.from(body), chunkBytes).bytes.toString()).toBe(framed);
  });

  it('tells where each byte went', () => {
    const body = Buffer.from(Array.from({ length: 200 }, (_, i) => i));
    const framed = frameChunks(body, 16);
    for (const [position, byte] of body.entries()) expect(framed.bytes[framed.position(position)]).toBe(byte);
  });
});

describe('createReplayBody', () => {
  const whole = renderBody(createDataSet(SPEC.dataSet, SPEC.size), { place: PLACE, nowMs: SPEC.nowMs }).toString();

  it.each(['memory', 'stream'] as const)('sends the data set in mode %s', async (mode) => {
    expect(await sent({ ...SPEC, mode }, [])).toBe(whole);
  });

  it.each(['memory', 'stream'] as const)('sends only the families asked for in mode %s', async (mode) => {
    const part = await sent({ ...SPEC, mode }, ['http_requests_000003_total', '{__name__=~".*_00001[12]_.*"}']);
    expect(part.match(/^# TYPE \S+/gm)).toEqual(
      [3, 11, 12].map((n) => `# TYPE http_requests_${String(n).padStart(6, '0')}_total`),
    );
    expect(whole).toContain(part.slice(0, part.indexOf('# TYPE http_requests_000011')));
  });

  it('stops when the client is gone', async () => {
    let writes = 0;
    const body = createReplayBody({ ...SPEC, mode: 'stream' }, PLACE);
    const write = (): Promise<boolean> => Promise.resolve(++writes < 3);
    expect(await body.send(undefined, write)).toBe(false);
    expect(writes).toBe(3);
  });
});

async function sent(spec: ReplaySpec, selectors: readonly string[]): Promise<string> {
  const framed: Buffer[] = [];
  const write = (bytes: Uint8Array): Promise<boolean> => {
    framed.push(Buffer.from(bytes));
    return Promise.resolve(true);
  };
  expect(await createReplayBody(spec, PLACE).send(createNameMatcher(selectors), write)).toBe(true);
  return unframed(Buffer.concat(framed));
}

function unframed(framed: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < framed.length;) {
    const end = framed.indexOf('\r\n', at);
    const size = Number.parseInt(framed.subarray(at, end).toString(), 16);
    parts.push(framed.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts).toString();
}

describe('createNameMatcher', () => {
  const names = ['a', 'ab', 'b', 'job:x'];
  it.each([
    ['a plain name', ['a'], ['a']],
    ['a name with matchers', ['ab{x="y"}'], ['ab']],
    ['equality', ['{__name__="job:x",slave!=""}'], ['job:x']],
    ['an anchored regex', ['{__name__=~"a|b"}'], ['a', 'b']],
    ['a quoted label name', [`{"__name__"=~'a.*'}`], ['a', 'ab']],
    ['negation', ['{__name__!~"a.*", __name__!="b"}'], ['job:x']],
    ['a union', ['a', '{__name__="b"}'], ['a', 'b']],
    ['a union with everything', ['a', '{__name__!=""}'], undefined],
    ['labels only', ['{slave="1"}'], undefined],
    ['every name', ['{__name__=~".+"}'], undefined],
    ['nothing asked', [], undefined],
  ])('understands %s', (_, selectors, expected) => {
    const matches = createNameMatcher(selectors);
    expect(matches && names.filter((name) => matches(name))).toEqual(expected);
  });
});
