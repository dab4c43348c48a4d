import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { explainQuery } from '../../src/query/execute/explain-query.ts';
import { explanationText } from '../../src/query/execute/explanation-text.ts';
import { compileRules } from '../../src/federate/rules/compile-rules.ts';
import { openGate } from '../../src/promql/selector/selector-gate.ts';
import { parseSelector } from '../../src/promql/selector/parse-selector.ts';

const page = readFileSync(new URL('../../docs/queries.md', import.meta.url), 'utf8');
const [, examples = ''] = page.split('## Explain');
const blocks = [...examples.matchAll(/```\n([^\n]+)\n\n([^`]*)```/g)].map(([, query, text]) => ({
  query: query!,
  text: text!,
}));

const shards = [0, 1, 2].map(
  (i) =>
    `- {name: slave-${i}, labels: {slave: "${i}"}, owns_labels: [slave], static_configs: [{targets: ['h${i}:9090']}]}`,
);
const { config } = loadConfig(`shards:\n${shards.join('\n')}\n`, { file: 'promgate.yml', parseSelector });

const rules = compileRules(config.aggregationRules);

describe('docs/queries.md', () => {
  it('explains ten queries', () => {
    expect(blocks).toHaveLength(10);
  });

  it.each(blocks)('explains $query as the gateway does', ({ query, text }) => {
    const request = {
      text: query,
      isInstant: false,
      grid: { startMs: 0, stepMs: 60_000, steps: 10 },
      timeoutMs: undefined,
      limit: 0,
      lookbackDeltaMs: undefined,
      wantsStats: false,
      tenant: undefined,
      partialResponse: 'abort',
      acceptsGzip: true,
    } as const;
    expect(explanationText(explainQuery(request, { config, gate: openGate, rules }))).toBe(`query: ${query}\n${text}`);
  });
});
