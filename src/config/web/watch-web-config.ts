import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { configError, formatConfigMessage, type ConfigMessage } from '../config-message.ts';
import { readConfigText } from '../load-config.ts';
import { checkWebConfig } from './check-web-config.ts';
import { openWebConfig, type WebConfig } from './web-config.ts';

export interface WatchedWebConfig {
  /** The newest one that was sound; the same object until it changes. */
  readonly current: () => WebConfig;
  readonly stop: () => void;
}

export interface WatchOptions {
  readonly intervalMs: number;
  readonly onLoaded: (config: WebConfig) => void;
  readonly onWarning: (message: string) => void;
  /** A changed file cannot be used; what was there before stays. Called once for each change. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * Reads `--web.config.file`, and again whenever it or a file that it names has changed. Files are looked at and not
 * listened to: notifications do not see through the links by which Kubernetes replaces secrets.
 * @throws GatewayError `PG_CONFIG_INVALID` when the first one is faulty.
 */
export async function watchWebConfig(file: string | undefined, options: WatchOptions): Promise<WatchedWebConfig> {
  if (file === undefined) return { current: () => openWebConfig, stop: () => {} };
  const first = await readSettled(file);
  for (const warning of first.warnings) options.onWarning(formatConfigMessage(warning));
  if (first.config === undefined) throw first.error;
  let config = first.config;
  let { watched, signature } = first;
  let previous = signature;
  options.onLoaded(config);

  const look = async (): Promise<void> => {
    const now = await signatureOf(watched);
    // Writers take a moment: a file is read once it has looked the same twice.
    const isSettled = now === previous;
    previous = now;
    if (now === signature || !isSettled) return;
    const next = await readSettled(file);
    ({ watched, signature } = next);
    previous = signature;
    const refusal = next.config === undefined ? next.error : refusedOpening(config, next.config, file);
    if (refusal !== undefined || next.config === undefined) return options.onRefused(refusal);
    config = next.config;
    options.onLoaded(config);
  };
  const timer = repeat(look, options.intervalMs);
  return { current: () => config, stop: () => timer.stop() };
}

/**
 * An emptied file is more often a slip than a decision: the door is opened, or plain text spoken on a port where clients
 * send passwords, by a restart alone. So is TLS begun where clients speak plain HTTP.
 */
function refusedOpening(before: WebConfig, after: WebConfig, file: string): GatewayError | undefined {
  const wasChecked = before.tls !== undefined && before.tls.clientAuth !== 'NoClientCert';
  const openings: [isOne: boolean, what: string][] = [
    [before.tls !== undefined && after.tls === undefined, 'TLS can be switched off'],
    [before.tls === undefined && after.tls !== undefined, 'TLS can be switched on'],
    [before.users.size > 0 && after.users.size === 0, 'the last of basic_auth_users can be removed'],
    [wasChecked && after.tls?.clientAuth === 'NoClientCert', 'client_auth_type can become NoClientCert'],
  ];
  const opening = openings.find(([isOne]) => isOne);
  return opening && new GatewayError('PG_CONFIG_INVALID', `${file}: ${opening[1]} by a restart only`);
}

interface Settled {
  readonly config: WebConfig | undefined;
  /** Set where `config` is not. */
  readonly error: GatewayError | undefined;
  readonly warnings: readonly ConfigMessage[];
  readonly watched: readonly string[];
  /** Of the files as they were before they were read: a change since then shows at the next look. */
  readonly signature: string;
}

/** Reads twice: only the first reading tells which files there are to look at. */
async function readSettled(file: string): Promise<Settled> {
  const watched = [resolve(file), ...(await readFiles(file)).files];
  const signature = await signatureOf(watched);
  return { ...(await readFiles(file)), watched, signature };
}

async function readFiles(
  file: string,
): Promise<Pick<Settled, 'config' | 'error' | 'warnings'> & { files: readonly string[] }> {
  try {
    const { config, messages, files } = await checkWebConfig(await readConfigText(file), file);
    const warnings = messages.filter(({ severity }) => severity === 'warning');
    return { config, error: config === undefined ? configError(messages) : undefined, warnings, files };
  } catch (error) {
    return { config: undefined, error: toGatewayError(error), warnings: [], files: [] };
  }
}

/** Which bytes stand where, as far as the file system tells without reading them. */
async function signatureOf(files: readonly string[]): Promise<string> {
  const parts = files.map(async (file) => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      return [ino, size, mtimeNs, ctimeNs].join('.');
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unreadable';
    }
  });
  return (await Promise.all(parts)).join(' ');
}

/** Runs `task` again `intervalMs` after it has ended; keeps no process alive. */
function repeat(task: () => Promise<void>, intervalMs: number): { stop(): void } {
  let timer: NodeJS.Timeout;
  let isStopped = false;
  const schedule = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => void task().finally(schedule), intervalMs).unref();
  };
  schedule();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
