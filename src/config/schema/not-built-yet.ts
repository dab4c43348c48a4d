const httpClientKeys = ['bearer_token', 'bearer_token_file', 'follow_redirects', 'enable_http2'];

/** Keys that have a place in the design and no behaviour yet, by the section that they stand in (`*` is any index). */
const keysBySection: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['', new Set(['discovery', 'remote_read', 'remote_write', 'tracing'])],
  ['/global', new Set(httpClientKeys)],
  [
    '/shards/*',
    new Set([
      ...httpClientKeys,
      'file_sd_configs',
      'http_sd_configs',
      'dns_sd_configs',
      'sharding',
      'tenants',
      'params',
    ]),
  ],
  ['/federation', new Set(['tenants', 'relabel_configs', 'metric_relabel_configs'])],
]);

/** Whether the section at this pointer is to understand `key` one day; until then the key is an error that says so. */
export function isNotBuiltYet(sectionPointer: string, key: string): boolean {
  const section = sectionPointer.replaceAll(/\/\d+/g, '/*');
  return keysBySection.get(section)?.has(key) ?? false;
}
