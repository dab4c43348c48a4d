import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { HttpClientConfig } from '../../../../src/config/http-client-config.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import { createUpstreamPools, type UpstreamPools } from '../../../../src/upstream/upstream-pools.ts';
import { bodyOf, text } from '../read-fixture.ts';
import { response, type Script, startScriptedServer } from '../scripted-server.ts';

interface Closable {
  close(): Promise<void>;
}

/** What a test of an HTTP client needs, closed after each test. */
export interface ClientFixture {
  /** A replica that answers; `denied` says which requests get 401. */
  readonly replica: (denied?: (head: string, index: number) => boolean) => Promise<Replica>;
  readonly file: (name: string, content: string) => Promise<string>;
  /** Closed at the end. */
  readonly keep: <T extends Closable>(opened: Promise<T>) => Promise<T>;
  readonly pools: (now?: () => number) => UpstreamPools;
}

interface Replica {
  readonly url: string;
  readonly heads: readonly string[];
  readonly accepted: () => number;
}

export function createClientFixture(): ClientFixture {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  let directory: string | undefined;
  const keep: ClientFixture['keep'] = async (opened) => {
    const closable = await opened;
    cleanups.push(() => closable.close());
    return closable;
  };
  return {
    keep,
    async replica(denied = () => false) {
      const script: Script = (socket, { head, index }) =>
        socket.write(denied(head, index) ? response('no', { status: '401 Unauthorized' }) : response(text));
      const server = await keep(startScriptedServer(script));
      return { url: server.url, heads: server.requests, accepted: server.accepted };
    },
    async file(name, content) {
      if (directory === undefined) {
        const made = (directory = await mkdtemp(join(tmpdir(), 'promgate-client-')));
        cleanups.push(async () => {
          directory = undefined;
          await rm(made, { recursive: true, force: true });
        });
      }
      await writeFile(join(directory, name), content);
      return join(directory, name);
    },
    pools(now = Date.now) {
      const pools = createUpstreamPools({ version: 'test', now });
      cleanups.push(() => pools.close());
      return pools;
    },
  };
}

/** One read of a replica to its end. */
export async function readOnce(
  pools: UpstreamPools,
  url: string,
  httpClient: HttpClientConfig,
  budgetMs = 20_000,
): Promise<string> {
  const target = { name: 'prom-a:9090', url, enableCompression: true, httpClient };
  const limits = { deadlineMs: Date.now() + budgetMs, signal: new AbortController().signal };
  return bodyOf(await pools.openFederate(target, { match: ['up'], ...limits }));
}

/** The failure of a read; it names the replica and holds none of `secrets`. */
export async function failureOf(read: Promise<unknown>, secrets: readonly string[] = []): Promise<GatewayError> {
  const error = await read.then(
    () => new Error('the read did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw error;
  const all = JSON.stringify([error.message, error.details, String(error.cause)]);
  const shown = secrets.filter((secret) => all.includes(secret));
  if (shown.length > 0 || !error.message.startsWith('replica prom-a:9090: ')) throw new Error(`bad error: ${all}`);
  return error;
}

/** Value of a header in a request head. */
export function headerOf(head: string | undefined, name: string): string[] {
  const lines = (head ?? '').split('\r\n').filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `));
  return lines.map((line) => line.slice(name.length + 2));
}
