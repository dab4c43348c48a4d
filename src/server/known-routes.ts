import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface KnownRoutes {
  /** The methods of the request's path, OPTIONS included, sorted; undefined = no such path. */
  methodsOf(request: FastifyRequest): readonly string[] | undefined;
  /** The path of a registered route; `other` for everything else, so that clients cannot make up metric labels. */
  handlerOf(request: FastifyRequest): string;
}

/** Keeps track of the routes that are registered after it was called. */
export function trackRoutes(app: FastifyInstance): KnownRoutes {
  const known = new Map<string, string[]>();
  const patterns = new Map<string, RegExp>();
  const routeOf = (request: FastifyRequest): string | undefined => {
    const path = pathOf(request);
    if (known.has(path)) return path;
    return [...patterns].find(([, pattern]) => pattern.test(path))?.[0];
  };
  app.addHook('onRoute', ({ url, method }) => {
    known.set(url, [...new Set([...(known.get(url) ?? ['OPTIONS']), ...[method].flat()])].sort());
    if (url.includes('/:')) patterns.set(url, new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}$`));
  });
  return {
    methodsOf: (request) => known.get(routeOf(request) ?? ''),
    handlerOf: (request) => routeOf(request) ?? 'other',
  };
}

function pathOf(request: FastifyRequest): string {
  const target = request.raw.url ?? '';
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}
