const httpClientKeys = ['bearer_token', 'bearer_token_file', 'follow_redirects', 'enable_http2'];

/** Replicas that are found are asked as `global` says. */
const ownHttpClientKeys = [
  ...httpClientKeys,
  'basic_auth',
  'authorization',
  'oauth2',
  'tls_config',
  'http_headers',
  'proxy_url',
  'proxy_from_environment',
  'proxy_connect_header',
  'no_proxy',
];

/** Keys that have a place in the design and no behaviour yet, by the section that they stand in (`*` is any index). */
const keysBySection: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['', new Set(['remote_read', 'remote_write', 'tracing'])],
  ['/global', new Set(httpClientKeys)],
  ['/shards/*', new Set([...httpClientKeys, 'sharding', 'tenants', 'params'])],
  ['/discovery', new Set([...ownHttpClientKeys, 'relabel_configs'])],
  ['/shards/*/http_sd_configs/*', new Set(httpClientKeys)],
  ['/discovery/http_sd_configs/*', new Set(httpClientKeys)],
  ['/federation', new Set(['tenants', 'relabel_configs', 'metric_relabel_configs'])],
]);

/** Whether the section at this pointer is to understand `key` one day; until then the key is an error that says so. */
export function isNotBuiltYet(sectionPointer: string, key: string): boolean {
  const section = sectionPointer.replaceAll(/\/\d+/g, '/*');
  return keysBySection.get(section)?.has(key) ?? false;
}
