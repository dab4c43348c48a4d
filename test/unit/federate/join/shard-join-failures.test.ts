import { describe, expect, it } from 'vitest';
import type { FamilyAction } from '../../../../src/federate/join/family-action.ts';
import { defaultOptions } from '../../../property/join/run-join.ts';
import { replica, line, type, body, out, entriesOf, m, Fed, died } from './shard-fixture.ts';

describe('a replica that fails', () => {
  it('in mid-stream is replaced by a sibling, each series once', () => {
    const fed = new Fed();
    fed.push(0, body('a', type('m'), m('1', '10 100'), m('2', '20 100')));
    fed.push(1, body('b', type('m'), m('1', '11 200'), m('2', '21 200'), m('3', '31 200')));
    fed.advance();
    fed.join.fail(0, died);
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '10 100') + out('m{a="2"', '20 100') + out('m{a="3"', '31 200'));
    const summary = fed.join.summary();
    expect(summary).toMatchObject({ status: 'complete', leader: 1 });
    expect(summary.replicas[0]).toMatchObject({ result: 'failed', error: { code: 'PG_UPSTREAM_RESET' }, series: 2 });
    expect(fed.join.failure(0)).toBe(died);
    expect(entriesOf(summary.filled)).toEqual([]);
  });

  it('is replaced by the next in the order of succession that runs, not by the next in the list', () => {
    const replicas = ['a', 'b', 'c', 'd'].map((name) => replica(name, { isStarted: name !== 'd' }));
    const fed = new Fed({ replicas, succession: [3, 2, 1] });
    fed.push(0, body('a', type('m'), m('1', '0 100')));
    fed.push(1, body('b', type('m'), m('1', '1 100'), m('2', '1 100')));
    fed.push(2, body('c', type('m'), m('1', '2 100'), m('2', '2 100')));
    fed.advance();
    fed.join.fail(0, died);
    for (const index of [1, 2]) fed.join.end(index);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '0 100') + out('m{a="2"', '2 100'));
    expect(fed.join.summary().leader).toBe(2);
  });

  it('and its successors are asked for in that order', () => {
    const replicas = ['a', 'b', 'c'].map((name) => replica(name, { isStarted: name === 'a' }));
    const fed = new Fed({ replicas, succession: [2, 1] });
    fed.push(0, 'garbage\n');
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [2], ready: [] });
  });

  it('drops the line it waits with', () => {
    const fed = new Fed();
    fed.push(0, body('a', type('m'), m('1', '10 100')));
    expect(fed.advance()).toMatchObject({ replicas: [1], ready: [0] });
    fed.join.fail(0, died);
    fed.push(1, body('b', type('m'), m('1', '11 200')));
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '11 200'));
  });

  it('leaves samples of the new leader only if newer than anything given before', () => {
    const fed = new Fed({ watermarkMs: 50, newestGivenMs: 150 });
    fed.join.fail(0, died);
    fed.push(1, body('b', type('m'), m('1', '1 100'), m('2', '2 200')));
    fed.join.end(1);
    fed.advance();
    expect(fed.text).toBe(out('m{a="2"', '2 200'));
    expect(fed.join.summary()).toMatchObject({ suppressed: 1, filledSeries: 0, leader: 1 });
  });

  it('is no matter once its body is complete', () => {
    const fed = new Fed();
    fed.join.end(0);
    fed.join.end(1);
    fed.advance();
    fed.join.fail(0, died);
    expect(fed.join.summary()).toMatchObject({ status: 'complete', leader: 0 });
  });

  it('and the last of them fails the join', () => {
    const fed = new Fed();
    fed.push(0, body('a', type('m'), m('1', '1 1')));
    fed.join.fail(1, died);
    fed.advance();
    fed.join.fail(0, died);
    expect(fed.advance()).toEqual({ kind: 'failed' });
    expect(fed.text).toBe(out('m{a="1"', '1 1'));
    expect(fed.join.summary().status).toBe('failed');
  });

  it('for garbage, with the reason', () => {
    const fed = new Fed();
    fed.push(0, `${body('a', type('m'), m('1', '1 1'))}<html>\n`);
    fed.push(1, body('b', type('m'), m('1', '2 1'), m('2', '2 1')));
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '1 1') + out('m{a="2"', '2 1'));
    expect(fed.join.summary().replicas[0]).toMatchObject({
      result: 'failed',
      error: { code: 'PG_PARSE_INVALID', details: { line: 3, column: 1, excerpt: '<html>' } },
    });
  });

  it('does not fail the join for an error of a callback', () => {
    const family = (): FamilyAction => {
      throw new Error('not a replica');
    };
    const fed = new Fed({ family });
    fed.push(0, body('a', type('m'), m('1', '1 1')));
    fed.join.end(0);
    fed.join.end(1);
    expect(() => fed.advance()).toThrow('not a replica');
  });

  it.each([
    ['a line', { maxLineBytes: 30 }, 'PG_LIMIT_LINE'],
    ['labels', { maxLabelsPerSeries: 2 }, 'PG_LIMIT_LABELS'],
    ['label values', { maxLabelValueBytes: 2 }, 'PG_LIMIT_LABEL_VALUE'],
  ])('over the limit of %s', (_, limit, code) => {
    const fed = new Fed({ limits: { ...defaultOptions.limits, ...limit } });
    fed.push(0, body('a', m('123', '1 1')));
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [1] });
    expect(fed.join.failure(0)?.code).toBe(code);
  });

  it('for a line that does not end within the limit', () => {
    const fed = new Fed({ limits: { ...defaultOptions.limits, maxLineBytes: 100 } });
    for (let i = 0; i < 20; i++) fed.push(0, '# 34567890');
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [1] });
    expect(fed.join.failure(0)?.code).toBe('PG_LIMIT_LINE');
  });

  it('for a value in quotes that does not end', () => {
    const fed = new Fed();
    fed.push(0, 'm{a="1\n2\n');
    fed.join.end(0);
    expect(fed.advance()).toMatchObject({ kind: 'need', replicas: [1] });
    expect(fed.join.failure(0)?.message).toMatch(/^line 1, column 1|does not end/);
  });
});

describe('a replica that is started late', () => {
  const replicas = [replica('a'), replica('b', { isStarted: false })];

  it('goes on where the leader died', () => {
    const fed = new Fed({ replicas });
    fed.push(0, body('a', type('l'), line('l', 'a="1"', '1 1'), type('m'), m('1', '1 1'), m('3', '3 1')));
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [0], ready: [] });
    fed.join.start(1);
    fed.join.fail(0, died);
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [1], ready: [] });
    fed.push(1, body('b', type('k'), line('k', 'a="1"', '9 9'), type('l'), line('l', 'a="1"', '9 9'), type('m')));
    fed.push(
      1,
      body('b', m('1', '9 9'), m('2', '9 9'), m('3', '9 9'), m('4', '9 9'), type('n'), line('n', 'a="1"', '9 9')),
    );
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text.split('\n').map((one) => one.replace(/,instance.*} /, ' '))).toEqual([
      'l{a="1" 1 1',
      'm{a="1" 1 1',
      'm{a="3" 3 1',
      'm{a="2" 9 9',
      'm{a="4" 9 9',
      'n{a="1" 9 9',
      '',
    ]);
    expect(fed.join.summary()).toMatchObject({ leader: 1, duplicates: 0, status: 'complete' });
  });

  it('is asked for when the leader speaks garbage', () => {
    const fed = new Fed({ replicas });
    fed.push(0, 'garbage\n');
    expect(fed.advance()).toEqual({ kind: 'need', replicas: [1], ready: [] });
    fed.join.start(1);
    fed.push(1, body('b', type('m'), m('1', '1 1')));
    fed.join.end(1);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.text).toBe(out('m{a="1"', '1 1'));
  });

  it('is not used otherwise', () => {
    const fed = new Fed({ replicas });
    fed.join.end(0);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.join.summary().replicas[1]).toMatchObject({ result: 'unused', missing: 0 });
  });

  it('leads when the leader was not started', () => {
    const fed = new Fed({ replicas, leader: 1, newestGivenMs: 5 });
    fed.push(0, body('a', type('m'), m('1', '1 5'), m('2', '1 6')));
    fed.join.end(0);
    fed.advance();
    expect(fed.join.summary()).toMatchObject({ leader: 0, filledSeries: 0, seriesOut: 1 });
  });
});
