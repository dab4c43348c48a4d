import { GatewayError } from '../../model/errors.ts';
import { isHeaderValue } from '../../model/header-value.ts';
import type { FileReader } from './file-reader.ts';

/** A text that stands in the configuration or in a file beside it. */
export interface SecretPlace {
  readonly value: string | undefined;
  readonly file: string | undefined;
  /** Key of the file in the configuration, for messages. */
  readonly role: string;
}

/**
 * The text; of a file without white space around it, as Prometheus takes it. Empty where neither is given.
 * @throws GatewayError `PG_UPSTREAM_SECRET`
 */
export async function readSecret(files: FileReader, { value, file, role }: SecretPlace): Promise<string> {
  return file === undefined ? (value ?? '') : (await files.read(file, role)).trim();
}

/** @throws GatewayError `PG_UPSTREAM_SECRET` where no header can carry the value, which is not shown */
export function assertHeaderValue(value: string, role: string): string {
  if (isHeaderValue(value)) return value;
  throw new GatewayError('PG_UPSTREAM_SECRET', `${role} holds characters that a header cannot carry`);
}
