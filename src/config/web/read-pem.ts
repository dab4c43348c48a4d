import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Findings } from '../source/findings.ts';
import type { RawTlsServerConfig } from './raw-web-config.ts';

/** The PEM text of `<key>` or of the file `<key>_file`; undefined where there is none or, with a finding, no readable one. */
export type ReadPem = (
  raw: RawTlsServerConfig,
  key: 'cert' | 'key' | 'client_ca',
  options: { readonly isRequired: boolean },
) => Promise<string | undefined>;

export interface PemReader {
  readonly read: ReadPem;
  /** The files that were asked for, whether they exist or not. */
  readonly files: readonly string[];
}

const maxPemBytes = 1024 * 1024;

/** Reads beside `webConfigFile`: that is where relative paths begin. */
export function createPemReader(webConfigFile: string, findings: Findings): PemReader {
  const files: string[] = [];
  const read: ReadPem = async (raw, key, { isRequired }) => {
    const path = raw[`${key}_file`];
    const text = raw[key];
    if (path !== undefined && text !== undefined) {
      findings.error(`/tls_server_config/${key}`, `give either ${key} or ${key}_file, not both`, { part: 'key' });
      return undefined;
    }
    if (path === undefined) {
      if (text === undefined && isRequired) {
        findings.error('/tls_server_config', `missing one of ${key} or ${key}_file`, { part: 'key' });
      }
      return text;
    }
    const file = resolve(dirname(webConfigFile), path);
    files.push(file);
    try {
      return await readText(file);
    } catch (error) {
      findings.error(`/tls_server_config/${key}_file`, `cannot read ${file}: ${reasonOf(error)}`);
      return undefined;
    }
  };
  return { read, files };
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > maxPemBytes) throw new RangeError(`${size} bytes exceed the limit of ${maxPemBytes}`);
  return readFile(file, 'utf8');
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
