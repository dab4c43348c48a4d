import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { createServerDirectory } from './run-directory.ts';
import { ServerProcess } from './server-process.ts';

export interface VmalertOptions {
  readonly binary: string;
  readonly runDirectory: string;
  /** Base URL of what is queried. */
  readonly datasource: string;
  /** Base URL of the server that takes in what rules record. */
  readonly remoteWrite: string;
  readonly groups: readonly Readonly<Record<string, unknown>>[];
}

/** A rule, as `/api/v1/rules` of vmalert tells it. */
interface VmalertRule {
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
  readonly lastSamples: number;
  readonly alerts?: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
}

export interface VmalertServer {
  readonly process: ServerProcess;
  rules(): Promise<readonly VmalertRule[]>;
  close(): Promise<void>;
}

/** Starts a vmalert that evaluates its groups against a query API, sends no notifications and records what it finds. */
export async function startVmalert(options: VmalertOptions): Promise<VmalertServer> {
  const { binary, runDirectory, datasource, remoteWrite, groups } = options;
  const directory = await createServerDirectory(runDirectory, 'vmalert');
  const address = `127.0.0.1:${await freePort()}`;
  const ruleFile = join(directory, 'rules.json');
  await writeFile(ruleFile, JSON.stringify({ groups }));
  const server = new ServerProcess({
    name: 'vmalert',
    command: binary,
    directory,
    readyUrl: `http://${address}/health`,
    args: [
      `-httpListenAddr=${address}`,
      `-rule=${ruleFile}`,
      `-datasource.url=${datasource}`,
      `-remoteWrite.url=${remoteWrite}`,
      '-remoteWrite.flushInterval=500ms',
      '-rule.evalDelay=0s',
      '-notifier.blackhole',
    ],
  });
  await server.start();
  return {
    process: server,
    async rules() {
      const response = await fetch(`http://${address}/api/v1/rules`, { signal: AbortSignal.timeout(10_000) });
      const body = (await response.json()) as { data: { groups: readonly { rules: readonly VmalertRule[] }[] } };
      return body.data.groups.flatMap(({ rules }) => rules);
    },
    close: () => server.close(),
  };
}
