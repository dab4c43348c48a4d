import { firstFall, growthIn, largestFall, longestGapMs, type RawSample } from '../servers/exposition/raw-samples.ts';
import { GRID_MS } from '../e2e/fleet-series.ts';

/** Series of a server by key, see `seriesKey`. */
export type StoredSeries = ReadonlyMap<string, readonly RawSample[]>;

const SCRAPE_MS = 1000;
/** Counters as targets expose them: they fall only when something went back in time. */
const COUNTER =
  /^\["(?:http_requests_total|grid_requests_total|node_cpu_seconds_total|skewed_total|http_request_duration_seconds_(?:bucket|count|sum))"/;
/** Job-level series of the fleet's own targets; those of the target that comes and goes by design are left out. */
const JOB_LEVEL = /^\["job:(?!.*"job","skewed")/;
/** Their inputs never change. */
const CONSTANT = /^\["job:(?:up|capacity_bytes):/;
const COUNTER_SUM = /^\["job:\w+_requests:sum"/;
/** What a failover may take back: a grid of samples, a scrape and an evaluation. */
const COUNTER_SUM_SECONDS = 7;
/** Rates over ten seconds of counters in whole numbers are rough. */
const LEAST_RATE = 0.6;

/** Counters that fell: their keys. */
export function counterResets(stored: StoredSeries): string[] {
  return [...stored].filter(([key, samples]) => COUNTER.test(key) && firstFall(samples)).map(([key]) => key);
}

export interface Gap {
  /** In whole intervals of the series itself. */
  readonly intervals: number;
  readonly key: string;
  /** The same of the living sibling. */
  readonly sibling: number;
}

/** The passed-through series with the longest gap beyond that of the living sibling, up to the last scrape. */
export function longestPassedGap(
  stored: StoredSeries,
  sibling: StoredSeries,
  scrapes: readonly RawSample[],
): Gap | undefined {
  const gaps = [...sibling].flatMap(([key, own]): Gap[] => {
    if (own.length < 2) return [];
    const intervalMs = key.startsWith('["grid_') ? GRID_MS : SCRAPE_MS;
    const count = (samples: readonly RawSample[]): number => Math.round(longestGapMs(samples) / intervalMs);
    const passed = stored.get(key) ?? [];
    return [{ key, intervals: count(toTheEnd(passed, scrapes, own)), sibling: Math.max(1, count(own)) }];
  });
  return worst(gaps);
}

/** A series that stopped while the sibling went on has a gap to the end. */
function toTheEnd(passed: readonly RawSample[], scrapes: readonly RawSample[], own: readonly RawSample[]): RawSample[] {
  const end = Math.min(scrapes.at(-1)?.timestampMs ?? 0, own.at(-1)!.timestampMs);
  const isBehind = (passed.at(-1)?.timestampMs ?? 0) < end;
  const first = own[0]!;
  const start = passed.length === 0 ? [first] : [];
  return [...start, ...passed, ...(isBehind ? [{ timestampMs: end, value: 0 }] : [])];
}

function worst(gaps: readonly Gap[]): Gap | undefined {
  const excess = (gap: Gap): number => gap.intervals - gap.sibling;
  return gaps.reduce<Gap | undefined>((most, gap) => (most && excess(most) >= excess(gap) ? most : gap), undefined);
}

export interface JobLevelVerdict {
  /** The longest gap of any series, in scrapes. */
  readonly longestGap: number;
  /** Scrapes that lacked a series. */
  readonly withheld: readonly string[];
  readonly tooLow: readonly string[];
  readonly series: number;
}

/** Job-level series hold a sample in every scrape, and none that lacks a part. */
export function judgeJobLevel(
  stored: StoredSeries,
  calm: StoredSeries,
  scrapes: readonly RawSample[],
): JobLevelVerdict {
  const withheld: string[] = [];
  const tooLow: string[] = [];
  let longestGap = 0;
  let series = 0;
  for (const [key, before] of calm) {
    if (!JOB_LEVEL.test(key)) continue;
    series++;
    const samples = stored.get(key) ?? [];
    const times = new Set(samples.map(({ timestampMs }) => timestampMs));
    const missed = scrapes.filter(({ timestampMs }) => !times.has(timestampMs)).length;
    if (missed > 0) withheld.push(`${key} in ${missed} scrapes`);
    longestGap = Math.max(longestGap, Math.round(longestGapMs(samples) / SCRAPE_MS));
    const reason = fallen(key, before, samples);
    if (reason !== undefined) tooLow.push(`${key}: ${reason}`);
  }
  return { longestGap, withheld, tooLow, series };
}

function fallen(key: string, calm: readonly RawSample[], samples: readonly RawSample[]): string | undefined {
  const least = Math.min(...samples.map(({ value }) => value));
  const usual = calm.map(({ value }) => value).sort((a, b) => a - b)[Math.floor(calm.length / 2)]!;
  if (CONSTANT.test(key)) return least < usual ? `${least} instead of ${usual}` : undefined;
  if (COUNTER_SUM.test(key)) {
    const fall = largestFall(samples);
    return fall > growthIn(samples, COUNTER_SUM_SECONDS) ? `fell by ${fall}` : undefined;
  }
  return key.includes(':rate') && least < LEAST_RATE * usual ? `${least} instead of about ${usual}` : undefined;
}
