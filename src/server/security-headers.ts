import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Answers are text and JSON: nothing in them may be loaded, run or framed. */
export const defaultSecurityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'deny',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Sets the headers on every answer, errors and streams included; an empty value of `configured` takes one away. */
export function addSecurityHeaders(
  app: FastifyInstance,
  configured: () => Readonly<Record<string, string>>,
): (response: ServerResponse) => void {
  let current: ReturnType<typeof configured> | undefined;
  let headers: readonly (readonly [string, string])[] = [];
  const set = (response: ServerResponse): void => {
    const given = configured();
    if (given !== current) {
      headers = Object.entries({ ...defaultSecurityHeaders, ...given }).filter(([, value]) => value !== '');
      current = given;
    }
    for (const [name, value] of headers) response.setHeader(name, value);
  };
  app.addHook('onRequest', (_request, reply, done) => {
    set(reply.raw);
    done();
  });
  return set;
}
