/** Answered for everyone who is let in: they say nothing about any series. */
export const openRoutes: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);

/**
 * Answered for tenants, with what is theirs. Every other path, also one that is added later, is for operators: those about
 * servers, the configuration, plans of queries and promgate's own metrics tell of all series.
 */
export const tenantRoutes: ReadonlySet<string> = new Set([
  '/federate',
  '/api/v1/query',
  '/api/v1/query_range',
  '/api/v1/query_exemplars',
  '/api/v1/series',
  '/api/v1/labels',
  '/api/v1/label/:name/values',
  '/api/v1/read',
  '/api/v1/metadata',
  '/api/v1/rules',
  '/api/v1/alerts',
  '/api/v1/format_query',
  '/api/v1/parse_query',
  '/api/v1/status/buildinfo',
]);
