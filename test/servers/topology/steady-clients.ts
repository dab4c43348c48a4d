import { setTimeout as sleep } from 'node:timers/promises';
import { fetchFederate } from '../process/prometheus.ts';
import { readExposition, seriesKey } from '../exposition/read-exposition.ts';

export interface SteadyClientsOptions {
  readonly url: string;
  readonly clients: number;
  /** `match[]` of the clients that scrape; each gets a further one of its own, so that they do not share answers. */
  readonly match: readonly string[];
  /** Instant queries of clients that ask for nothing else. */
  readonly queries: readonly string[];
  readonly pauseMs?: number;
}

export interface SteadyClients {
  /** Answers so far. */
  readonly answers: () => number;
  /** What no client may see, each once: errors, a series given twice, a sample that goes back. */
  readonly faults: ReadonlySet<string>;
  /** Lets the requests under way end. */
  stop(): Promise<void>;
}

/** Counters that only fall when something went back in time. */
const counter = /_total$/;

/** Clients that ask without pause and check all that they get. */
export function startSteadyClients(options: SteadyClientsOptions): SteadyClients {
  const faults = new Set<string>();
  const stopping = new AbortController();
  let answers = 0;
  const repeat = async (ask: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await ask().catch((error: unknown) => faults.add(String(error)));
      answers++;
      await sleep(options.pauseMs ?? 0);
    }
  };
  const scrapers = Array.from({ length: options.clients }, (_, client) =>
    repeat(createScraper(options, client, faults)),
  );
  const askers = options.queries.map((query) => repeat(() => askQuery(options.url, query)));
  return {
    answers: () => answers,
    faults,
    async stop() {
      stopping.abort();
      await Promise.all([...scrapers, ...askers]);
    },
  };
}

function createScraper({ url, match }: SteadyClientsOptions, client: number, faults: Set<string>): () => Promise<void> {
  const last = new Map<string, { readonly value: number; readonly timestamp: number }>();
  return async () => {
    const body = await fetchFederate(url, [...match, `client_${client}`]);
    const seen = new Set<string>();
    for (const { name, labels, value, timestamp } of readExposition(body).samples) {
      const key = seriesKey(name, labels);
      if (seen.has(key)) faults.add(`twice: ${key}`);
      seen.add(key);
      const sample = { value: Number(value), timestamp: Number(timestamp ?? 0) };
      const before = last.get(key);
      last.set(key, sample);
      if (before === undefined) continue;
      if (sample.timestamp < before.timestamp) faults.add(`older: ${key} ${before.timestamp} → ${sample.timestamp}`);
      if (counter.test(name) && sample.value < before.value)
        faults.add(`reset: ${key} ${before.value} → ${sample.value}`);
    }
  };
}

async function askQuery(url: string, query: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`query ${query}: ${response.status} ${text}`);
  const { data, warnings } = JSON.parse(text) as { data: { result: unknown[] }; warnings?: string[] };
  if (data.result.length === 0) throw new Error(`query ${query}: no series`);
  if (warnings !== undefined) throw new Error(`query ${query}: ${warnings.join('; ')}`);
}
