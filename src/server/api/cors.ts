import type { FastifyRequest } from 'fastify';

/** Headers by which a browser lets pages of another origin ask, as Prometheus with its default `--web.cors.origin`. */
export function corsHeaders(request: FastifyRequest): Record<string, string> {
  const { origin } = request.raw.headers;
  if (origin === undefined) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, Origin',
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Expose-Headers': 'Date',
  };
}
