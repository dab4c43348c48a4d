import type { FastifyInstance } from 'fastify';
import { replyText } from './error-reply.ts';
import type { RoutePrefix } from './route-prefix.ts';
import type { ServerOptions } from './server-deps.ts';

/** Where clients find the server. */
type Location = Pick<Required<ServerOptions>, 'externalUrl' | 'routePrefix'>;

/** `GET /`: what there is to ask for; where that is not the first page, the way to it. */
export function registerIndexRoute(app: FastifyInstance, prefix: RoutePrefix, location: Location): void {
  const page = indexPage(location);
  app.get('/', async (request, reply) => {
    const redirect = prefix.redirectOf(request.raw);
    if (redirect === undefined) return reply.header('Content-Type', 'text/plain; charset=utf-8').send(page);
    await replyText(reply.header('Location', redirect.location), redirect.status, redirect.location);
    return reply;
  });
}

/** Paths as clients see them: a proxy may serve under another one than the server does. */
function indexPage({ externalUrl, routePrefix }: Location): string {
  const base = externalUrl === '' ? routePrefix : new URL(externalUrl).pathname.replace(/\/$/, '');
  const url = externalUrl === '' ? `localhost:9490${routePrefix}` : externalUrl;
  const indent = ' '.repeat(base.length);
  return `promgate: one /federate over a fleet of Prometheus servers

  ${base}/federate?match[]=<selector>   series of all shards, each once, and the job-level series of the rules
  ${indent}    partial_response=warn|abort   what a missing shard does to the answer
  ${indent}    dedup=true|false              whether replicas are made one
  ${base}/api/v1/gateway/shards         shards and replicas, how they are, and where they were found
  ${base}/metrics                       promgate's own metrics
  ${base}/-/healthy                     the process runs
  ${base}/-/ready                       it serves requests

  curl -sG '${url}/federate' --data-urlencode 'match[]={__name__=~"job:.*"}'
`;
}
