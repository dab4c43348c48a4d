import { parseArgs } from 'node:util';
import { difference, type Answer } from '../../test/conformance/query/compare-answers.ts';
import { startQueryFleet, startSeconds, type QueryFleet } from '../lib/query-fleet.ts';

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });

interface Row {
  readonly name: string;
  readonly query: string;
  readonly kind: 'instant' | 'range';
}

const rows: readonly Row[] = [
  { name: 'passthrough', query: 'sum by (job) (rate(requests_total{slave="1"}[5m]))', kind: 'range' },
  { name: 'pushed-down sum', query: 'sum by (job) (rate(requests_total[5m]))', kind: 'range' },
  { name: 'pushed-down sum', query: 'sum by (job) (requests_total)', kind: 'instant' },
  { name: 'central quantile', query: 'quantile by (job) (0.9, rate(requests_total[5m]))', kind: 'range' },
  { name: 'central quantile', query: 'quantile(0.9, requests_total)', kind: 'instant' },
  { name: 'raw selector', query: 'requests_total', kind: 'instant' },
];

const sizes = values.short
  ? [{ series: 200, samples: 120, intervalSeconds: 30 }]
  : [
      { series: 1000, samples: 720, intervalSeconds: 30 },
      { series: 10_000, samples: 240, intervalSeconds: 30 },
      { series: 100_000, samples: 15, intervalSeconds: 30 },
    ];
const runs = values.short ? 3 : 7;

for (const size of sizes) {
  const fleet = await startQueryFleet(size);
  try {
    console.log(`\n${size.series} series × ${size.samples} samples, 4 shards; medians of ${runs} runs in pairs`);
    console.log('row                                one server     gateway   ratio');
    for (const row of rows) await measure(fleet, row, size.samples * size.intervalSeconds);
  } finally {
    await fleet.close();
  }
}

async function measure({ gateway, reference }: QueryFleet, row: Row, spanSeconds: number): Promise<void> {
  const times = { gateway: [] as number[], reference: [] as number[] };
  for (let run = -1; run < runs; run++) {
    const one = await timed(reference.url, row, spanSeconds);
    const all = await timed(gateway.url, row, spanSeconds);
    const problem = difference(all.answer, one.answer);
    if (problem !== undefined) throw new Error(`${row.query}: the gateway is wrong: ${problem}`);
    // The first pair warms caches and compilers.
    if (run < 0) continue;
    times.reference.push(one.ms);
    times.gateway.push(all.ms);
  }
  const [one, all] = [median(times.reference), median(times.gateway)];
  const columns = [one, all].map((ms) => `${ms.toFixed(1)} ms`.padStart(12)).join('');
  console.log(`${`${row.name}, ${row.kind}`.padEnd(32)} ${columns} ${(all / one).toFixed(2).padStart(7)}`);
}

async function timed(url: string, { query, kind }: Row, spanSeconds: number): Promise<{ ms: number; answer: Answer }> {
  const end = startSeconds + spanSeconds - 60;
  const form: Record<string, string> =
    kind === 'instant'
      ? { query, time: String(end) }
      : { query, start: String(startSeconds + 300), end: String(end), step: '60' };
  const startedMs = performance.now();
  const response = await fetch(`${url}/api/v1/query${kind === 'range' ? '_range' : ''}`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  return {
    ms: performance.now() - startedMs,
    answer: { status: response.status, body: JSON.parse(text) as Answer['body'] },
  };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
