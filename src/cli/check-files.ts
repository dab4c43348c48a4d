import { access, constants } from 'node:fs/promises';
import type { ConfigCheck } from '../config/check-config.ts';
import type { ConfigMessage } from '../config/config-message.ts';
import type { SourceConfig } from '../config/config.ts';
import type { HttpClientConfig } from '../config/http-client-config.ts';
import { httpClientFiles } from '../config/http-client-files.ts';

/**
 * One warning for each file of secrets or certificates that cannot be read here and now, at the first place that needs it.
 * No error: it may well be there where the gateway runs.
 */
export async function checkFiles(file: string, check: ConfigCheck): Promise<ConfigMessage[]> {
  const messages: ConfigMessage[] = [];
  const seen = new Set<string>();
  for (const { client, place } of clientsOf(check)) {
    for (const { key, path: secret } of httpClientFiles(client)) {
      if (seen.has(secret)) continue;
      seen.add(secret);
      const fault = await readFault(secret);
      if (fault === undefined) continue;
      const { line, column, path } = place();
      const message = `${path}: ${key} ${secret} cannot be read: ${fault}`;
      messages.push({ file, line, column, severity: 'warning', message, path });
    }
  }
  return messages;
}

interface PlacedClient {
  readonly client: HttpClientConfig;
  readonly place: () => ReturnType<ConfigCheck['locate']>;
}

/** The clients of shards, of their sources, and of `discovery`, whose replicas have that of `global`. */
function clientsOf({ config, locate, locateSource }: ConfigCheck): PlacedClient[] {
  const sourcesOf = (section: number, sources: readonly SourceConfig[] = []): PlacedClient[] =>
    sources.flatMap((source, i) =>
      placed(source.kind === 'http' ? source.httpClient : undefined, () => locateSource(section, i)),
    );
  const { shards = [], discovery } = config ?? {};
  return [
    ...shards.flatMap(({ httpClient, sources }, i) => [
      ...placed(httpClient, () => locate(i, -1)),
      ...sourcesOf(i, sources),
    ]),
    ...placed(discovery?.shard.httpClient, () => locate(-1, -1)),
    ...sourcesOf(-1, discovery?.sources),
  ];
}

function placed(client: HttpClientConfig | undefined, place: PlacedClient['place']): PlacedClient[] {
  return client === undefined ? [] : [{ client, place }];
}

async function readFault(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'no such file' : code;
  }
}
