import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { createServerDirectory } from './run-directory.ts';
import { ServerProcess } from './server-process.ts';

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly (({ readonly record: string } | { readonly alert: string }) & {
    readonly expr: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  })[];
}

export interface PrometheusOptions {
  readonly name: string;
  readonly binary: string;
  readonly runDirectory: string;
  /** The configuration file as an object: it is written as JSON, which is YAML. `rule_files` is filled in from `rules`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly rules?: readonly RuleGroup[];
  readonly flags?: readonly string[];
  /** Path that `flags` have it serve under. */
  readonly basePath?: string;
  /** Data that is there already, of whatever age; default: none, kept for an hour. */
  readonly dataDirectory?: string;
}

/** Raw samples of one series as the HTTP API gives them. */
interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [timestampSeconds: number, value: string])[];
}

export interface PrometheusServer {
  readonly name: string;
  /** `127.0.0.1:port`; the port stays the same over a restart. */
  readonly address: string;
  readonly url: string;
  readonly process: ServerProcess;
  /** Kills the server if it runs and starts it again; without `keepData` its storage is emptied in between. */
  restart(options: { keepData: boolean }): Promise<void>;
  /** Body of `/federate`, asked as a scraper that understands UTF-8 names. */
  federate(selectors: readonly string[]): Promise<string>;
  /** Instant vector or raw samples (for `selector[range]`) of a PromQL expression, now or at `timeSeconds`. */
  query(expression: string, timeSeconds?: number): Promise<RawSeries[]>;
  close(): Promise<void>;
}

/** Starts a Prometheus on a free port and waits until it is ready. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const { name, binary, runDirectory, config, rules = [], flags = [] } = options;
  const directory = await createServerDirectory(runDirectory, name);
  const dataDirectory = options.dataDirectory ?? join(directory, 'data');
  const retention = options.dataDirectory === undefined ? '1h' : '100y';
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}${options.basePath ?? ''}`;
  await writeFile(join(directory, 'rules.json'), JSON.stringify({ groups: rules }));
  const configFile = join(directory, 'prometheus.json');
  await writeFile(configFile, JSON.stringify({ ...config, rule_files: [join(directory, 'rules.json')] }));
  const server = new ServerProcess({
    name,
    command: binary,
    directory,
    readyUrl: `${url}/-/ready`,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${dataDirectory}`,
      `--web.listen-address=${address}`,
      `--storage.tsdb.retention.time=${retention}`,
      ...flags,
    ],
  });
  await server.start();

  return {
    name,
    address,
    url,
    process: server,
    async restart({ keepData }) {
      await server.kill9();
      if (!keepData) await rm(dataDirectory, { recursive: true, force: true });
      await server.start();
    },
    federate: (selectors) => fetchFederate(url, selectors),
    query: (expression, timeSeconds) => queryInstant(url, expression, timeSeconds),
    close: () => server.close(),
  };
}

export interface FederateOptions {
  /** Beside `match[]`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** `allow-utf-8` by default, as Prometheus 3 asks; promtool reads no names but legacy ones. */
  readonly escaping?: 'allow-utf-8' | 'underscores';
  /** What is said of how long the answer is waited for; nothing by default. */
  readonly timeoutMs?: number;
}

/** Body of `/federate` of any server. @throws an `Error` with status and body unless it answers 200. */
export async function fetchFederate(
  url: string,
  selectors: readonly string[],
  { parameters = {}, escaping = 'allow-utf-8', timeoutMs }: FederateOptions = {},
): Promise<string> {
  const query = new URLSearchParams(parameters);
  for (const selector of selectors) query.append('match[]', selector);
  const headers = {
    accept: `text/plain;version=0.0.4;escaping=${escaping}`,
    ...(timeoutMs !== undefined && { 'X-Prometheus-Scrape-Timeout-Seconds': String(timeoutMs / 1000) }),
  };
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(`${url}/federate?${query.toString()}`, { headers, signal });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url}/federate answered ${response.status}: ${body}`);
  return body;
}

async function queryInstant(url: string, expression: string, timeSeconds?: number): Promise<RawSeries[]> {
  const query = new URLSearchParams({ query: expression, ...(timeSeconds && { time: String(timeSeconds) }) });
  const response = await fetch(`${url}/api/v1/query?${query.toString()}`, { signal: AbortSignal.timeout(30_000) });
  const answer = (await response.json()) as {
    error?: string;
    data?: { result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] };
  };
  if (answer.data === undefined) throw new Error(`query ${expression}: ${answer.error}`);
  return answer.data.result.map(({ metric, value, values }) => ({ metric, values: values ?? (value ? [value] : []) }));
}
