import { almostEqual } from '../../promqltest/compare/almost-equal.ts';
import { dataStart } from './reference-data.ts';

export interface ConformanceQuery {
  readonly query: string;
  readonly kind: 'instant' | 'range';
}

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly status: string;
    readonly data?: { readonly resultType: string; readonly result: unknown };
    readonly errorType?: string;
    readonly error?: string;
    readonly warnings?: readonly string[];
    readonly infos?: readonly string[];
  };
}

const tolerance = 1e-9;

/** Asks a server at the fixed time in the past that all comparisons use. */
export async function ask(url: string, { query, kind }: ConformanceQuery): Promise<Answer> {
  const times =
    kind === 'instant'
      ? { time: String(dataStart + 5400) }
      : { start: String(dataStart + 3000), end: String(dataStart + 5400), step: '60' };
  const response = await fetch(`${url}/api/v1/query${kind === 'range' ? '_range' : ''}`, {
    method: 'POST',
    body: new URLSearchParams({ query, ...times }),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** In what two answers differ; undefined = in nothing that counts. */
export function difference(got: Answer, wanted: Answer): string | undefined {
  if (got.status !== wanted.status)
    return `status ${got.status} ${got.body.error ?? ''}, not ${wanted.status} ${wanted.body.error ?? ''}`;
  if (got.body.errorType !== wanted.body.errorType || normalError(got) !== normalError(wanted)) {
    return `${got.body.errorType}: ${got.body.error}, not ${wanted.body.errorType}: ${wanted.body.error}`;
  }
  for (const key of ['warnings', 'infos'] as const) {
    const [a, b] = [got, wanted].map(({ body }) => JSON.stringify([...(body[key] ?? [])].sort()));
    if (a !== b) return `${key} ${a}, not ${b}`;
  }
  const { data } = wanted.body;
  if (data === undefined) return undefined;
  if (got.body.data?.resultType !== data.resultType) return `${got.body.data?.resultType}, not ${data.resultType}`;
  return data.resultType === 'scalar' || data.resultType === 'string'
    ? pairDifference(got.body.data.result as Pair, data.result as Pair)
    : seriesDifference(got.body.data.result as Series[], data.result as Series[]);
}

type Pair = readonly [number, string];

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Pair;
  readonly values?: readonly Pair[];
}

/** Which of several offending series a message names is not fixed. */
function normalError({ body }: Answer): string | undefined {
  return body.error?.replace(/\[\{.*\}\]/, '[…]').replace(/match group \{.*?\} on/, 'match group {…} on');
}

function seriesDifference(got: readonly Series[], wanted: readonly Series[]): string | undefined {
  const byMetric = new Map(got.map((series) => [metricKey(series), series]));
  if (byMetric.size !== got.length) return 'a label set comes twice';
  for (const series of wanted) {
    const key = metricKey(series);
    const found = byMetric.get(key);
    if (found === undefined) return `${key} is missing`;
    byMetric.delete(key);
    const pairs = pairsOf(series);
    const foundPairs = pairsOf(found);
    if (pairs.length !== foundPairs.length) return `${key}: ${foundPairs.length} points, not ${pairs.length}`;
    for (const [i, pair] of pairs.entries()) {
      const problem = pairDifference(foundPairs[i]!, pair);
      if (problem !== undefined) return `${key}: ${problem}`;
    }
  }
  return byMetric.size === 0 ? undefined : `not wanted: ${[...byMetric.keys()].join(' ')}`;
}

function metricKey({ metric }: Series): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pairsOf({ value, values }: Series): readonly Pair[] {
  return values ?? (value === undefined ? [] : [value]);
}

function pairDifference([time, text]: Pair, [wantedTime, wantedText]: Pair): string | undefined {
  if (time !== wantedTime) return `time ${time}, not ${wantedTime}`;
  return almostEqual(toNumber(text), toNumber(wantedText), tolerance) ? undefined : `${text}, not ${wantedText}`;
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
