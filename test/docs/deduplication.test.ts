import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type DedupExplanation, dedupExplanationText } from '../../src/federate/pipeline/dedup-explanation.ts';

const page = readFileSync(new URL('../../docs/deduplication.md', import.meta.url), 'utf8');

it('docs/deduplication.md shows one explanation in both forms', () => {
  const json = /```json\n([^`]*)```/.exec(page)![1]!;
  const text = /```\n(shard [^`]*)```/.exec(page)![1]!;
  const { data } = JSON.parse(json) as { data: DedupExplanation };
  expect(dedupExplanationText(data)).toBe(text);
});
