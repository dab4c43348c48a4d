import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { createLogger, type LogFormat, type Logger } from '../../../src/telemetry/logger.ts';

function setUp(format: LogFormat): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ level: 'info', format, destination }), lines };
}

describe('json', () => {
  it('is one object a line', () => {
    const { logger, lines } = setUp('json');
    logger.info({ shard: 'slave-0', bytes: 12 }, 'read a shard');
    expect(lines).toHaveLength(1);
    const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(rest).toEqual({ level: 'info', shard: 'slave-0', bytes: 12, msg: 'read a shard' });
    expect(new Date(time as string).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('leaves out what is below the level', () => {
    const { logger, lines } = setUp('json');
    logger.debug('x');
    expect(lines).toEqual([]);
  });

  it.each(['password', 'credentials', 'authorization', 'cookie'])('never shows %s', (key) => {
    const { logger, lines } = setUp('json');
    logger.warn({ [key]: 'hunter2', headers: { [key]: 'hunter2' } }, 'x');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('<secret>');
  });

  it('gives code and details of an expected error and no stack', () => {
    const { logger, lines } = setUp('json');
    const cause = new Error('connect ECONNREFUSED');
    logger.warn({ err: new GatewayError('PG_UPSTREAM_CONNECT', 'refused', { details: { replica: 'a' }, cause }) }, 'x');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      err: {
        code: 'PG_UPSTREAM_CONNECT',
        message: 'refused',
        details: { replica: 'a' },
        cause: 'connect ECONNREFUSED',
      },
    });
    expect(lines[0]).not.toContain('stack');
  });

  it.each([
    ['a bug', new TypeError('x is undefined')],
    ['a wrapped bug', new GatewayError('PG_INTERNAL', 'x', { cause: new TypeError('x is undefined') })],
  ])('gives the stack of %s', (_what, err) => {
    const { logger, lines } = setUp('json');
    logger.error({ err }, 'x');
    expect((JSON.parse(lines[0]!) as { err: { stack: string } }).err.stack).toContain('TypeError: x is undefined\n');
  });

  it('takes anything that was thrown', () => {
    const { logger, lines } = setUp('json');
    logger.error({ err: 'just text' }, 'x');
    expect(JSON.parse(lines[0]!)).toMatchObject({ err: { message: 'just text' } });
  });
});

describe('logfmt', () => {
  it('writes keys in order, quoted where needed, nested ones with dots', () => {
    const { logger, lines } = setUp('logfmt');
    logger.info(
      { shard: 'slave-0', empty: '', list: [1], on: true, err: new GatewayError('PG_INTERNAL', 'a "b"') },
      'two words',
    );
    expect(lines[0]!.replace(/^ts=\S+Z /, '').replace(/ err\.stack=.*/, '')).toBe(
      'level=info msg="two words" shard=slave-0 empty="" list=[1] on=true err.code=PG_INTERNAL err.message="a \\"b\\""\n',
    );
  });

  it.each(['a\nb', 'a=b', 'a\tb', 'a\\b', '\u001b[31m'])('keeps %j on one line and in one value', (value) => {
    const { logger, lines } = setUp('logfmt');
    logger.info({ value }, 'm');
    expect(lines[0]).toMatch(/^ts=\S+ level=info msg=m value="[^\p{Cc}]*"\n$/u);
  });

  it('does not let a key break the line', () => {
    const { logger, lines } = setUp('logfmt');
    logger.info({ 'a b="c"\n': 1 }, 'm');
    expect(lines[0]).toMatch(/ a_b__c__=1\n$/);
  });
});

describe('pretty', () => {
  it('is for people, without colours unless asked for', () => {
    const { logger, lines } = setUp('pretty');
    logger.info({ shard: 'slave-0' }, 'read a shard');
    const text = lines.join('');
    expect(text).toContain('INFO');
    expect(text).toContain('read a shard');
    expect(text).toContain('slave-0');
    expect(text).not.toContain('\u001b');
  });
});
