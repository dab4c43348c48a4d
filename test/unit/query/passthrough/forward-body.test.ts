import { describe, expect, it } from 'vitest';
import { HELD_BACK_BYTES } from '../../../../src/query/passthrough/answer-end.ts';
import { forwardBody } from '../../../../src/query/passthrough/forward-body.ts';

const head = '{"status":"success","data":{"resultType":"vector","result":[';
const element = '{"metric":{"a":"]},\\"warnings\\":[\\"x\\"]}"},"value":[1,"2"]}';
const small = `${head}${element}]}}`;
const large = `${head}${Array.from({ length: 5000 }, () => element).join(',')}]}}`;

interface Forwarded {
  readonly text: string;
  /** Bytes handed on before the end came. */
  readonly early: number;
  readonly untouched: boolean;
}

async function forward(text: string, chunkBytes = 1000): Promise<Forwarded> {
  let isOver = false;
  let early = 0;
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    const shared = Buffer.alloc(chunkBytes);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      yield shared.subarray(0, bytes.copy(shared, 0, at, at + chunkBytes));
    }
    isOver = true;
  }
  const pieces: Uint8Array[] = [];
  const forwarded = await forwardBody(chunks(), {
    replica: 'a:9090',
    mapNotes: ({ warnings, infos }) => ({ warnings: warnings.map((note) => `${note}!`), infos }),
  });
  if ('whole' in forwarded) return { text: forwarded.whole.toString(), early: 0, untouched: forwarded.isUntouched };
  for await (const piece of forwarded.stream) {
    pieces.push(piece);
    if (!isOver) early += piece.length;
  }
  return { text: Buffer.concat(pieces).toString(), early, untouched: false };
}

describe('an answer that is handed on', () => {
  it.each([1, 7, 1000, 1e6])('leaves as it came in chunks of %i bytes', async (chunkBytes) => {
    expect(await forward(small, chunkBytes)).toEqual({ text: small, early: 0, untouched: true });
  });

  it('leaves while it comes, but for its end', async () => {
    const { text, early, untouched } = await forward(large);
    expect(text).toBe(large);
    expect(untouched).toBe(false);
    expect(early).toBeGreaterThan(large.length - HELD_BACK_BYTES - 2000);
    expect(early).toBeLessThanOrEqual(large.length - HELD_BACK_BYTES);
  });

  it.each([
    ['warnings', ',"warnings":["w1","w2"]', ',"warnings":["w1!","w2!"]'],
    ['infos', ',"infos":["i"]', ',"infos":["i"]'],
    ['both', ',"warnings":["w"],"infos":["a]}}"]', ',"warnings":["w!"],"infos":["a]}}"]'],
  ])('has its %s mapped', async (_what, notes, mapped) => {
    for (const whole of [small, large]) {
      const answer = await forward(`${whole.slice(0, -1)}${notes}}`);
      expect(answer).toMatchObject({ text: `${whole.slice(0, -1)}${mapped}}`, untouched: false });
    }
  });

  it.each([
    ['an empty body', ''],
    ['a page', '<html><body>hello</body></html>'],
    ['an answer cut short', small.slice(0, -1)],
    ['a long answer cut short', large.slice(0, -2)],
    ['notes cut short', `${small.slice(0, -1)},"warnings":["w"`],
    ['another success', '{"status":"success","data":["a"]}'],
  ])('is refused when it is %s', async (_what, text) => {
    await expect(forward(text)).rejects.toMatchObject({ code: 'PG_PARSE_INVALID' });
    await expect(forward(text)).rejects.toThrow('replica a:9090');
  });
});
