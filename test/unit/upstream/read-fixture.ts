import { afterEach } from 'vitest';

import { GatewayError } from '../../../src/model/errors.ts';
import type { FederateResponse } from '../../../src/upstream/open-federate.ts';
import { createUpstreamPools, type UpstreamPools } from '../../../src/upstream/upstream-pools.ts';
import { response, startScriptedServer, type Script, type ScriptedServer } from './scripted-server.ts';

export const text = '# TYPE up untyped\nup{instance="a:1",job="x"} 1 1700000000000\n';
export const long: string = text.repeat(20_000);

export interface Ask {
  readonly url: string;
  readonly match?: readonly string[];
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
  readonly enableCompression?: boolean;
  readonly from?: UpstreamPools;
}

export interface ReadFixture {
  readonly serve: (script: Script) => Promise<ScriptedServer>;
  readonly pools: () => UpstreamPools;
  readonly ask: (ask: Ask) => Promise<FederateResponse>;
  /** Code, message and replica of the failure of a whole read, wherever it comes. */
  readonly failureOf: (ask: Ask) => Promise<{ code: string; message: string; replica: unknown }>;
}

/** Servers and pools that are closed after each test. */
export function createReadFixture(): ReadFixture {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const pools = (): UpstreamPools => {
    const created = createUpstreamPools({ version: '1.2.3', now: Date.now });
    cleanups.push(() => created.close());
    return created;
  };
  const ask = (wanted: Ask): Promise<FederateResponse> => {
    const { url, match = ['up'], budgetMs = 20_000, signal = new AbortController().signal } = wanted;
    const target = { name: 'prom-0a:9090', url, enableCompression: wanted.enableCompression ?? true };
    return (wanted.from ?? pools()).openFederate(target, { match, deadlineMs: Date.now() + budgetMs, signal });
  };
  return {
    async serve(script) {
      const server = await startScriptedServer(script);
      cleanups.push(() => server.close());
      return server;
    },
    pools,
    ask,
    async failureOf(wanted) {
      try {
        await bodyOf(await ask(wanted));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return { code: error.code, message: error.message, replica: error.details['replica'] };
      }
      throw new Error('the read did not fail');
    },
  };
}

export async function bodyOf(opened: FederateResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.body) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** The bytes without the last `by`. */
export function cut(bytes: Uint8Array, by: number): Uint8Array {
  return bytes.subarray(0, bytes.length - by);
}

/** A response of 200 whose body is declared to be encoded. */
export function encoded(encoding: string, bytes: Uint8Array): Script {
  return (socket) => socket.write(response(bytes, { headers: { 'Content-Encoding': encoding } }));
}

/** Asks for the external labels of the replica at `url`. */
export function readLabels(
  from: UpstreamPools,
  url: string,
  { budgetMs = 20_000, signal = new AbortController().signal }: Pick<Ask, 'budgetMs' | 'signal'> = {},
): Promise<Record<string, string> | undefined> {
  const target = { name: 'prom-0a:9090', url, enableCompression: true };
  return from.readExternalLabels(target, { deadlineMs: Date.now() + budgetMs, signal });
}
