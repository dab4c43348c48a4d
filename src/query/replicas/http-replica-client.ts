import { GatewayError } from '../../model/errors.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import { encodeReadRequest } from '../../remote/read-request.ts';
import { readSeries } from '../../remote/read-series.ts';
import { endsUnseen } from '../../upstream/ends-unseen.ts';
import type { ApiRead, ApiResponse } from '../../upstream/open-api.ts';
import type { UpstreamPools } from '../../upstream/upstream-pools.ts';
import type { UpstreamTarget } from '../../upstream/upstream-target.ts';
import { jsonTimestamp } from '../encode/json-timestamp.ts';
import { texts } from './answer-shapes.ts';
import type { AnswerSizes } from './answer-sizes.ts';
import { parseEnvelope } from './api-envelope.ts';
import { parseRawAnswer, rawQueryForm } from './read-by-query.ts';
import { LossyAnswer, parseAnswer } from './parse-answer.ts';
import { readingAnswer } from './reading-answer.ts';
import { readText } from './read-text.ts';
import type {
  AnswerRequest,
  ReplicaAnswer,
  ReplicaClient,
  ReplicaNames,
  ReplicaQuery,
  ReplicaRead,
} from './replica-client.ts';

export interface HttpReplicaOptions {
  readonly pools: UpstreamPools;
  readonly target: UpstreamTarget;
  /** Unix ms, of the query. */
  readonly deadlineMs: number;
  readonly maxResponseBytes: number;
  /** Cached by the caller. */
  readonly externalLabels: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Whether the server's functions mean what Prometheus' mean. Cached by the caller. */
  readonly isPrometheus: () => Promise<boolean>;
  readonly answerSizes: AnswerSizes;
  /** Told of what an answer cannot hold, in words for the client. */
  readonly onLimitation: (message: string) => void;
  /** Told of the bytes of answers as they come. */
  readonly onBytes: (bytes: number) => void;
}

interface CountingOptions extends HttpReplicaOptions {
  readonly openApi: (read: ApiRead) => Promise<ApiResponse>;
}

/** The last answer to the same part was no longer: the next one is asked for as it is. */
const MAX_PLAIN_PART_BYTES = 64 * 1024;
/** The same of answers that are handed on; about what is not compressed for clients either. */
const MAX_PLAIN_ANSWER_BYTES = 1400;

/** What servers without remote read answer to it. */
const lacksRemoteRead: ReadonlySet<number> = new Set([404, 405, 501]);

/** Larger than Prometheus ever makes one (1 MiB and a chunk). */
const maxFrameBytes = 32 * 1024 * 1024;

/** A replica over HTTP: raw samples by remote read, queries by the query API. */
export function createHttpReplicaClient(given: HttpReplicaOptions): ReplicaClient {
  const { target } = given;
  const options = withCounting(given);
  return {
    name: target.name,
    externalLabels: options.externalLabels,
    read: (request, signal) => read(given, request, signal),
    query: (query, signal) => ask(options, query, signal),
    answer: (query, signal) => openAnswer(options, query, signal),
    metricNames: (request, signal) => askNames(options, request, signal),
  };
}

async function* read(
  given: HttpReplicaOptions,
  request: ReplicaRead,
  signal: AbortSignal,
): AsyncGenerator<readonly RawSeries[], void> {
  const options = withCounting(given, request.onBytes);
  const { target, deadlineMs, maxResponseBytes } = options;
  if (!(await options.isPrometheus())) {
    yield await readByQuery(options, request, signal);
    return;
  }
  const response = await options.openApi({
    path: '/api/v1/read',
    deadlineMs,
    signal,
    message: {
      body: encodeReadRequest(request),
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-read-version': '0.1.0',
      },
    },
  });
  if (lacksRemoteRead.has(response.status)) {
    for await (const _ of response.body) continue;
    yield await readByQuery(options, request, signal);
    return;
  }
  if (response.status !== 200 || !response.contentType.includes('protobuf')) {
    throw await unexpected(target.name, response, 'a remote read');
  }
  if (endsUnseen(response)) throw endless(target.name);
  const limits = { startMs: request.startMs, endMs: request.endMs, maxFrameBytes, maxBytes: maxResponseBytes };
  try {
    yield* readSeries(response.body, response.contentType, limits);
  } catch (error) {
    throw namingReplica(target.name, error);
  }
}

/** Raw samples of a server that has no remote read. */
async function readByQuery(
  options: CountingOptions,
  request: ReplicaRead,
  signal: AbortSignal,
): Promise<readonly RawSeries[]> {
  const { target, deadlineMs, maxResponseBytes, onLimitation } = options;
  const response = await options.openApi({
    path: '/api/v1/query',
    form: rawQueryForm(request),
    deadlineMs,
    signal,
  });
  if (!response.contentType.includes('json')) throw await unexpected(target.name, response, 'a query for samples');
  // The same for all replicas of a shard, as a rule.
  onLimitation('no remote read: series that ended count for the whole lookback, and native histograms are missing');
  return parseRawAnswer(await readText(response.body, target.name, maxResponseBytes), target.name, request);
}

async function ask(options: CountingOptions, query: ReplicaQuery, signal: AbortSignal): Promise<ReplicaAnswer> {
  const { target, maxResponseBytes, answerSizes } = options;
  const acceptsGzip = answerSizes.last(target.name, query) > MAX_PLAIN_PART_BYTES;
  const { body } = await openQuery(options, query, { signal, acceptsGzip });
  const text = await readText(body, target.name, maxResponseBytes);
  answerSizes.observe(target.name, query, text.length);
  return parseAnswer(text, { replica: target.name, query });
}

async function openAnswer(
  options: CountingOptions,
  query: AnswerRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { target, maxResponseBytes, answerSizes } = options;
  const { onGzip } = query;
  const isPlain = onGzip === undefined || answerSizes.last(target.name, query) <= MAX_PLAIN_ANSWER_BYTES;
  const compression = isPlain ? { acceptsGzip: false } : { onGzip };
  const { status, body } = await openQuery(options, query, { ...compression, signal });
  if (status === 200) return counted(body, undefined, (bytes) => answerSizes.observe(target.name, query, bytes));
  parseEnvelope(await readText(body, target.name, maxResponseBytes), target.name);
  const reason = `replica ${target.name}: status ${status} with an answer that says success`;
  throw new GatewayError('PG_UPSTREAM_STATUS', reason, { details: { replica: target.name, status } });
}

/** An answer in JSON, that of an error as well. */
async function openQuery(
  options: CountingOptions,
  query: ReplicaQuery,
  how: Pick<ApiRead, 'signal' | 'acceptsGzip' | 'onGzip'>,
): Promise<ApiResponse> {
  const { target, deadlineMs } = options;
  if (!(await options.isPrometheus())) {
    // Mixed fleets too: a part is then evaluated here for all shards.
    throw new LossyAnswer(`replica ${target.name} is no Prometheus server: its functions mean something else`);
  }
  const response = await options.openApi({
    path: query.isInstant ? '/api/v1/query' : '/api/v1/query_range',
    form: queryForm(query, deadlineMs),
    deadlineMs,
    ...how,
  });
  if (!response.contentType.includes('json')) throw await unexpected(target.name, response, 'a query');
  return response;
}

async function askNames(
  options: CountingOptions,
  { selectors, startMs, endMs }: ReplicaNames,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { target, deadlineMs, maxResponseBytes } = options;
  const response = await options.openApi({
    path: `/api/v1/label/${METRIC_NAME}/values`,
    form: [
      ...selectors.map((matchers): [string, string] => ['match[]', formatSelector({ matchers })]),
      ['start', jsonTimestamp(startMs)],
      ['end', jsonTimestamp(endMs)],
    ],
    method: 'GET',
    deadlineMs,
    signal,
  });
  if (!response.contentType.includes('json')) throw await unexpected(target.name, response, 'a question for names');
  const text = await readText(response.body, target.name, maxResponseBytes);
  return readingAnswer(target.name, () => texts(parseEnvelope(text, target.name).data));
}

function queryForm(
  { text, grid, isInstant, lookbackDeltaMs, wantsStats }: ReplicaQuery,
  deadlineMs: number,
): [string, string][] {
  const end = grid.startMs + (grid.steps - 1) * grid.stepMs;
  const times: [string, string][] = isInstant
    ? [['time', jsonTimestamp(grid.startMs)]]
    : [
        ['start', jsonTimestamp(grid.startMs)],
        ['end', jsonTimestamp(end)],
        ['step', String(grid.stepMs / 1000)],
      ];
  const leftMs = Math.max(1, deadlineMs - Date.now());
  return [
    ['query', text],
    ...times,
    ['timeout', `${Math.ceil(leftMs / 1000)}s`],
    ...(wantsStats ? [['stats', 'all'] as [string, string]] : []),
    ...(lookbackDeltaMs === undefined ? [] : [['lookback_delta', `${lookbackDeltaMs}ms`] as [string, string]]),
  ];
}

/** With `openApi` of the pools, whose answers are counted as they are read. */
function withCounting(options: HttpReplicaOptions, onReadBytes?: (bytes: number) => void): CountingOptions {
  const { pools, target } = options;
  const onBytes = (bytes: number): void => {
    options.onBytes(bytes);
    onReadBytes?.(bytes);
  };
  return {
    ...options,
    async openApi(read) {
      const response = await pools.openApi(target, read);
      return { ...response, body: counted(response.body, onBytes) };
    },
  };
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  onBytes: ((bytes: number) => void) | undefined,
  onEnd?: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    onBytes?.(chunk.length);
    yield chunk;
  }
  onEnd?.(bytes);
}

const maxExcerptBytes = 300;

async function unexpected(replica: string, response: ApiResponse, what: string): Promise<GatewayError> {
  let excerpt = '';
  for await (const chunk of response.body) {
    excerpt += Buffer.from(chunk).toString('utf8');
    if (excerpt.length > maxExcerptBytes) break;
  }
  const { status, contentType } = response;
  const shown = excerpt.slice(0, maxExcerptBytes).replace(/\s+/g, ' ').trim();
  const reason = `status ${status} with content type "${contentType.slice(0, 80)}" to ${what}: ${shown}`;
  const code = status === 200 ? 'PG_UPSTREAM_CONTENT_TYPE' : 'PG_UPSTREAM_STATUS';
  return new GatewayError(code, `replica ${replica}: ${reason}`, { details: { replica, status } });
}

function endless(replica: string): GatewayError {
  const reason = `replica ${replica}: a remote read without a length, chunks or compression: its end cannot be told from a cut`;
  return new GatewayError('PG_UPSTREAM_ENCODING', reason, { details: { replica } });
}

function namingReplica(replica: string, error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.message.startsWith('replica ')) return error;
  return new GatewayError(error.code, `replica ${replica}: ${error.message}`, {
    details: { ...error.details, replica },
  });
}
