import type { PartialResponse } from '../config/config.ts';
import type { NegotiatedFormat } from '../exposition/negotiate.ts';
import type { ContentEncoding } from '../exposition/negotiate-encoding.ts';
import type { ExplainDedup } from '../federate/pipeline/explain-dedup.ts';
import type { FederateService } from '../federate/service.ts';
import type { Found, LabelRequest } from '../query/endpoints/label-endpoints.ts';
import type { ServerRequest } from '../query/endpoints/ask-servers.ts';
import type { QueryService } from '../query/service.ts';
import type { Authentication } from './auth/authenticate.ts';
import type { AuthFailureReason } from './auth/login.ts';
import type { Tenancy, TenancyMetrics } from './tenancy/guard-tenants.ts';
import type { RefusalReason } from './strict-requests.ts';
import type { HandshakeErrorReason } from './tls/handshake-error.ts';

/** What answers requests: made of one configuration, and replaced as a whole by that of the next one. */
export interface Serving {
  readonly federate: FederateService;
  readonly explainDedup: ExplainDedup;
  readonly query: QueryService;
  readonly labels: LabelService;
  readonly servers: ServerService;
  /** What the gateway tells of itself, by path; the paths are always the same. */
  readonly status: Readonly<Record<string, () => unknown>>;
  /** Who may see which series; undefined: everyone who is let in sees everything. */
  readonly tenancy: Tenancy | undefined;
  readonly defaults: RequestDefaults;
}

/** Used where a request does not say. */
export interface RequestDefaults {
  /** Of `/federate`. */
  readonly partialResponse: PartialResponse;
  /** Of `/api/v1`. */
  readonly queryPartialResponse: PartialResponse;
  /** Whether PromQL's experimental functions may be used. */
  readonly experimentalFunctions: boolean;
  /** A client that takes nothing for so long is cut off; 0 = never. */
  readonly clientStallTimeoutMs: number;
}

interface Lifecycle {
  /** Loads the configuration anew; rejects with why the old one stays. */
  reload(): Promise<void>;
  /** Lets the process end as at SIGTERM. */
  quit(): void;
}

/** What the server needs from the rest; all of it is handed in. */
export interface ServerDeps {
  /** Asked once by each request, which goes on with what it began with. */
  readonly current: () => Serving;
  /** What clients may have the process do; undefined where they may not. */
  readonly lifecycle: Lifecycle | undefined;
  /** What the client accepts as the form of a federate answer, by its `Accept`. */
  readonly negotiateFormat: (accept: string | undefined) => NegotiatedFormat;
  /** How answers are compressed for the client, by its `Accept-Encoding`. */
  readonly negotiateEncoding: (acceptEncoding: string | undefined) => ContentEncoding;
  /** Who is let in. */
  readonly auth: Authentication;
  /** Who sees what; undefined: everyone sees everything. */
  readonly metrics: ServerMetrics;
  readonly logger: ServerLogger;
  /** The reason in lower case why requests cannot be served yet; undefined = ready. */
  readonly notReady: () => string | undefined;
}

/** Endpoints about labels, over all shards. */
interface LabelService {
  series(request: LabelRequest): Promise<Found<Record<string, string>[]>>;
  names(request: LabelRequest): Promise<Found<string[]>>;
  values(label: string, request: LabelRequest): Promise<Found<string[]>>;
}

/** Endpoints about servers, merged over all shards. */
interface ServerService {
  readonly routes: readonly { readonly path: string; readonly methods?: readonly ('GET' | 'POST')[] }[];
  ask(path: string, request: ServerRequest): Promise<Found<unknown>>;
}

export interface ServerMetrics {
  readonly http: {
    observeRequest(handler: string, outcome: { code: number; durationSeconds: number; bytes: number }): void;
    changeInFlight(by: 1 | -1): void;
    countClientCut(): void;
  };
  readonly federate: {
    countResponse(result: 'complete' | 'partial' | 'failed'): void;
    countClientCut(): void;
  };
  readonly security: {
    countFailure(reason: AuthFailureReason): void;
    countHandshakeError(reason: HandshakeErrorReason): void;
    countRefused(reason: RefusalReason): void;
  };
  readonly tenants: TenancyMetrics;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

interface ServerLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ServerOptions {
  /** `/path` that everything is served under; empty: none. See `RoutePrefix`. */
  readonly routePrefix?: string;
  /** Under which clients reach the server, without a slash at its end; empty: not known. */
  readonly externalUrl?: string;
  /** Go's limit for the whole head by default, so that a scraper's long `match[]` list passes. */
  readonly maxRequestLineBytes?: number;
  /** Of all header fields together. */
  readonly maxHeaderBytes?: number;
  readonly handshakeTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly keepAliveTimeoutMs?: number;
  readonly maxConnections?: number;
}

export const defaultServerOptions: Required<ServerOptions> = {
  routePrefix: '',
  externalUrl: '',
  maxRequestLineBytes: 1024 * 1024,
  maxHeaderBytes: 64 * 1024,
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  // Longer than the usual scrape intervals, so that a scraper's connection is still there when it comes again.
  keepAliveTimeoutMs: 125_000,
  // Prometheus lets 512 in and makes the others wait. A Node server can only refuse them without a word, so more come in:
  // what they ask has limits of its own, that answer.
  maxConnections: 4096,
};
