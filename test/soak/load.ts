import autocannon, { type Requests, type Result } from 'autocannon';

export interface LoadResult {
  readonly federate: Result;
  readonly queries: Result;
  /** The first answers that were none, each with what was asked. */
  readonly refusals: readonly string[];
}

const FEDERATE_CLIENTS = 3;
const QUERY_CLIENTS = 3;
const TIMEOUT_SECONDS = 20;
const MAX_REFUSALS = 10;

/** One from each way of answering: passed on, pushed down, expanded, evaluated here. */
const queries = [
  'sum by (job, code) (rate(http_requests_total[10s]))',
  'job:http_requests:rate10s',
  'topk(3, http_requests_total)',
  'count(up)',
  'quantile by (code) (0.9, rate(http_requests_total[10s]))',
  'http_requests_total{slave="0",path="/7"}',
];

/** Asks for everything and for parts of it, and queries, as fast as answers come. */
export async function runLoad(gatewayUrl: string, seconds: number): Promise<LoadResult> {
  const refusals: string[] = [];
  const ask = (connections: number, pathOf: (i: number) => string): Promise<Result> =>
    autocannon({
      url: gatewayUrl,
      connections,
      requests: [asking(pathOf, refusals)],
      duration: seconds,
      timeout: TIMEOUT_SECONDS,
    });
  const [federate, queries] = await Promise.all([
    ask(FEDERATE_CLIENTS, (i) => `/federate?match[]=${encodeURIComponent(selectorOf(i))}`),
    ask(QUERY_CLIENTS, queryPath),
  ]);
  return { federate, queries, refusals };
}

function asking(pathOf: (i: number) => string, refusals: string[]): Requests {
  let next = 0;
  return {
    setupRequest(request, context) {
      context.path = pathOf(next++);
      return { ...request, path: context.path };
    },
    onResponse(status, body, { path }) {
      if (status === 200 || refusals.length >= MAX_REFUSALS) return;
      refusals.push(`${status} to ${decodeURIComponent(path ?? '')}: ${body.slice(0, 500)}`);
    },
  };
}

/** Everything, and now and then a part that nobody else asks for, so that fan-outs are not shared. */
function selectorOf(i: number): string {
  return i % 2 === 0 ? '{__name__=~".+"}' : `http_requests_total{path!="/${i % 100}"}`;
}

function queryPath(i: number): string {
  const query = encodeURIComponent(queries[i % queries.length]!);
  if (i % 3 !== 0) return `/api/v1/query?query=${query}`;
  const end = Math.floor(Date.now() / 1000);
  return `/api/v1/query_range?query=${query}&start=${end - 60}&end=${end}&step=5`;
}
