import type { IncomingMessage } from 'node:http';
import { normalizeTarget } from './request-target.ts';

/** Where a client is sent on to. */
interface Redirect {
  readonly status: 301 | 302;
  readonly location: string;
}

/** The path that everything is served under, and that nothing but the router's own input knows of. */
export interface RoutePrefix {
  /**
   * The target of a request as routes have it: without the prefix. What is not below the prefix becomes a target that is
   * no route's, so that it is a path that does not exist for everything that looks at it, authentication included.
   */
  targetOf(request: IncomingMessage): string;
  /** Of a request whose target became `/` although it is not the first page: where that page is. */
  redirectOf(request: IncomingMessage): Redirect | undefined;
}

/** No route begins like this. */
const nowhere = '/(outside the route prefix)';

/** `prefix`: `/path` without a slash at its end, of unreserved characters; empty: everything is served as it is. */
export function createRoutePrefix(prefix: string): RoutePrefix {
  const redirects = new WeakMap<IncomingMessage, Redirect>();
  return {
    targetOf(request) {
      const target = normalizeTarget(request.url ?? '');
      // What is no path is refused as such.
      if (prefix === '' || !target.startsWith('/')) return target;
      if (target.startsWith(`${prefix}/`)) return target.slice(prefix.length);
      const redirect = redirectFrom(target, request.method);
      if (redirect === undefined) return nowhere + target;
      redirects.set(request, redirect);
      return '/';
    },
    redirectOf: (request) => redirects.get(request),
  };

  /** As Prometheus: `/` with any method, the prefix itself where it is read. */
  function redirectFrom(target: string, method: string | undefined): Redirect | undefined {
    const [, path, query = ''] = /^([^?]*)(\?.*)?$/s.exec(target)!;
    if (path === '/') return { status: 302, location: prefix };
    return path === prefix && method === 'GET' ? { status: 301, location: `${prefix}/${query}` } : undefined;
  }
}
