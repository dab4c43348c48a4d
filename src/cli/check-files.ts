import { access, constants } from 'node:fs/promises';
import type { ConfigCheck } from '../config/check-config.ts';
import type { ConfigMessage } from '../config/config-message.ts';
import { httpClientFiles } from '../config/http-client-files.ts';

/**
 * One warning for each file of secrets or certificates that cannot be read here and now, at the first shard that needs it.
 * No error: it may well be there where the gateway runs.
 */
export async function checkFiles(file: string, { config, locate }: ConfigCheck): Promise<ConfigMessage[]> {
  const messages: ConfigMessage[] = [];
  const seen = new Set<string>();
  for (const [index, { httpClient }] of (config?.shards ?? []).entries()) {
    for (const { key, path: secret } of httpClient === undefined ? [] : httpClientFiles(httpClient)) {
      if (seen.has(secret)) continue;
      seen.add(secret);
      const fault = await readFault(secret);
      if (fault === undefined) continue;
      const { line, column, path } = locate(index, -1);
      const message = `${path}: ${key} ${secret} cannot be read: ${fault}`;
      messages.push({ file, line, column, severity: 'warning', message, path });
    }
  }
  return messages;
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
