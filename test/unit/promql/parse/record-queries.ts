/**
 * Asks real Prometheus servers about every tricky query: `node record-queries.ts PLAIN_URL FEATURES_URL`, the second one
 * with `--enable-feature=promql-experimental-functions,promql-duration-expr`. Writes `recorded-queries.json`.
 */
import { writeFile } from 'node:fs/promises';
import { trickyQueries } from './tricky-queries.ts';

interface Answer {
  readonly error?: string;
  readonly format?: string;
  readonly ast?: unknown;
}

async function ask(base: string, path: string, query: string): Promise<{ data?: unknown; error?: string }> {
  const response = await fetch(`${base}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams({ query }) });
  return (await response.json()) as { data?: unknown; error?: string };
}

async function record(base: string, query: string): Promise<Answer> {
  const format = await ask(base, 'format_query', query);
  if (format.error !== undefined) return { error: format.error.replace('invalid parameter "query": ', '') };
  const parsed = await ask(base, 'parse_query', query);
  return { format: format.data as string, ast: parsed.data };
}

const [plainUrl, featuresUrl] = process.argv.slice(2) as [string, string];
const rows: string[] = [];
for (const query of new Set(trickyQueries)) {
  const plain = await record(plainUrl, query);
  const features = await record(featuresUrl, query);
  const isSame = JSON.stringify(plain) === JSON.stringify(features);
  rows.push(JSON.stringify(isSame ? { query, plain } : { query, plain, features }));
}
await writeFile(new URL('recorded-queries.json', import.meta.url), `[\n${rows.join(',\n')}\n]\n`);
