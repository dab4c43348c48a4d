import { setTimeout as sleep } from 'node:timers/promises';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { bySeries } from '../servers/exposition/replica-union.ts';
import { fetchFederate } from '../servers/process/prometheus.ts';
import { EVERYTHING } from './stage.ts';

interface Question {
  readonly startedMs: number;
  readonly durationMs: number;
  /** What was wrong with the answer. */
  readonly error: string | undefined;
}

export interface Client {
  /** Questions that were begun at or after this moment (Unix ms). */
  since(startedMs: number): readonly Question[];
  stop(): Promise<void>;
}

const PAUSE_MS = 150;
/** What it says that it waits, as a server that scrapes every second does. */
const CLIENT_TIMEOUT_MS = 1000;

/** Asks for everything again and again, one question at a time, and reads each answer strictly. */
export function startClient(gatewayUrl: string): Client {
  const questions: Question[] = [];
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const startedMs = Date.now();
      const begun = performance.now();
      const error = await ask(gatewayUrl);
      questions.push({ startedMs, durationMs: performance.now() - begun, error });
      await sleep(PAUSE_MS);
    }
  })();
  return {
    since: (startedMs) => questions.filter((question) => question.startedMs >= startedMs),
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

async function ask(url: string): Promise<string | undefined> {
  try {
    const series = bySeries(
      readExposition(await fetchFederate(url, [EVERYTHING], { timeoutMs: CLIENT_TIMEOUT_MS })).samples,
    );
    const shards = [...series.values()].filter(({ name }) => name === 'promgate_federate_shard_up');
    const down = shards.filter(({ value }) => value !== '1');
    if (shards.length === 0) return 'no promgate_federate_shard_up';
    return down.length === 0 ? undefined : down.map(({ line }) => line).join(', ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
