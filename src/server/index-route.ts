import type { FastifyInstance } from 'fastify';

const page = `promgate: one /federate over a fleet of Prometheus servers

  /federate?match[]=<selector>   series of all shards, each once, and the job-level series of the rules
      partial_response=warn|abort   what a missing shard does to the answer
      dedup=true|false              whether replicas are made one
  /api/v1/gateway/shards         shards and replicas, how they are, and where they were found
  /metrics                       promgate's own metrics
  /-/healthy                     the process runs
  /-/ready                       it serves requests

  curl -sG 'localhost:9490/federate' --data-urlencode 'match[]={__name__=~"job:.*"}'
`;

/** `GET /`: what there is to ask for. */
export function registerIndexRoute(app: FastifyInstance): void {
  app.get('/', (_request, reply) => reply.header('Content-Type', 'text/plain; charset=utf-8').send(page));
}
