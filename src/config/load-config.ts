import { readFile, stat } from 'node:fs/promises';
import { GatewayError } from '../model/errors.ts';
import type { CheckOptions } from './check-config.ts';
import { checkConfig } from './check-config.ts';
import type { ConfigMessage } from './config-message.ts';
import { configError } from './config-message.ts';
import type { Config } from './config.ts';

export interface LoadedConfig {
  /** Deeply frozen plain data. */
  readonly config: Config;
  readonly warnings: readonly ConfigMessage[];
}

/**
 * The configuration that `text` describes, with all defaults.
 * @throws {@link GatewayError} `PG_CONFIG_INVALID` with one line `file:line:column: message` for each problem;
 * `configMessages` gives them as data.
 */
export function loadConfig(text: string, options: CheckOptions): LoadedConfig {
  const { config, messages } = checkConfig(text, options);
  if (config === undefined) throw configError(messages);
  return { config, warnings: messages };
}

const maxFileBytes = 16 * 1024 * 1024;

/**
 * The text of a configuration file.
 * @throws {@link GatewayError} `PG_CONFIG_INVALID` where there is no such file, it cannot be read, is larger than 16 MiB or
 * not UTF-8.
 */
export async function readConfigText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) throw new RangeError(`file of ${size} bytes exceeds the limit of ${maxFileBytes}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw new GatewayError('PG_CONFIG_INVALID', `${path}: ${readFault(error)}`, { cause: error });
  }
}

function readFault(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'not valid UTF-8';
  return message;
}

/** {@link loadConfig} of the file at `path`, which also names the file in messages. */
export async function readConfigFile(path: string, options: Omit<CheckOptions, 'file'>): Promise<LoadedConfig> {
  return loadConfig(await readConfigText(path), { ...options, file: path });
}
