import { describe, expect, it } from 'vitest';
import { routeSelector } from '../../../../src/promql/plan/route-selector.ts';
import { rewriteSelector } from '../../../../src/promql/plan/rewrite-selector.ts';
import { parseQuery } from '../../../../src/promql/parse/parse-query.ts';
import { printExpr } from '../../../../src/promql/print/print-expr.ts';
import { formatSelector } from '../../../../src/promql/selector/format-selector.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';
import type { VectorSelector } from '../../../../src/promql/ast/ast.ts';

const shard = { name: 's', labels: { slave: '0' }, ownsLabels: [], replicas: 2 };
const owner = { ...shard, ownsLabels: ['slave'] };

describe('a selector on a shard with slave="0"', () => {
  it.each([
    ['up', ['{__name__="up"}']],
    ['up{slave="0"}', ['{__name__="up",slave=""}', '{__name__="up",slave!="",slave=~"0"}']],
    ['up{slave="1"}', ['{__name__="up",slave!="",slave=~"1"}']],
    ['up{slave!="1"}', ['{__name__="up",slave=""}', '{__name__="up",slave!="",slave!="1"}']],
    ['up{slave=""}', []],
    ['up{slave=~"0|1",slave!="1"}', ['{__name__="up",slave=""}', '{__name__="up",slave!="",slave!="1",slave=~"0|1"}']],
    ['up{constructor=""}', ['{__name__="up",constructor=""}']],
    ['up{replica=""}', ['{__name__="up",replica=""}']],
    ['up{replica="a"}', ['{__name__="up",replica!="",replica=~"a"}']],
    ['up{slave="0.1"}', [String.raw`{__name__="up",slave!="",slave=~"0\\.1"}`]],
  ])('%s is read as %s', (text, branches) => {
    const found = routeSelector(parseSelector(text).matchers, shard, ['replica']).branches;
    expect(found.map((matchers) => formatSelector({ matchers }))).toEqual(branches);
  });

  it.each([
    ['up{slave="0"}', ['{__name__="up"}']],
    ['up{slave="1"}', []],
  ])('%s is read as %s where no series has the label itself', (text, branches) => {
    const found = routeSelector(parseSelector(text).matchers, owner, ['replica']).branches;
    expect(found.map((matchers) => formatSelector({ matchers }))).toEqual(branches);
  });

  it.each([
    ['up{job="node",instance="10.0.0.1:9100"}', 1],
    ['up{job="node",instance="10.0.0.1:9100",slave!="7"}', 1],
    ['up{job="node",instance=~"10.0.0.1:9100"}', 2],
    ['up{job="node",instance=""}', 2],
    ['up{instance="10.0.0.1:9100"}', 2],
    ['up{job="other",instance="10.0.0.1:9100"}', 2],
  ])('%s is asked of %i shards where targets were spread by their instance', (text, asked) => {
    const rule = { sourceLabels: ['instance'], separator: ';', modulus: 8, jobs: ['node'] };
    const shards = [4, 5].map((index) => ({ ...shard, hashmod: { rule, index } }));
    const routes = shards.map((one) => routeSelector(parseSelector(text).matchers, one, ['replica']).branches);
    expect(routes.filter((branches) => branches.length > 0)).toHaveLength(asked);
    expect(routes[1]).not.toEqual([]);
    const selector = parseQuery(text, { experimentalFunctions: false, durationExpressions: false }) as VectorSelector;
    expect(shards.filter((one) => rewriteSelector(selector, one, ['replica']) !== 'nothing')).toHaveLength(asked);
  });

  it.each([
    ['up', 'up'],
    ['up{slave="0"}', 'up{slave=~"(?:0)|"}'],
    ['up{slave="1"}', 'up{slave!="",slave=~"1"}'],
    ['up{slave!="1"}', 'up{slave!="1"}'],
    ['up{slave!=""}', 'up'],
    ['up{slave=""}', 'nothing'],
    ['up{slave!~"1|"}', 'inexpressible'],
    ['up{slave=~"0|1"} offset 5m', 'up{slave=~"(?:0|1)|"} offset 5m'],
  ])('%s is asked for as %s', (text, expected) => {
    const selector = parseQuery(text, { experimentalFunctions: false, durationExpressions: false }) as VectorSelector;
    const found = rewriteSelector(selector, shard, ['replica']);
    expect(typeof found === 'string' ? found : printExpr(found)).toBe(expected);
  });
});
