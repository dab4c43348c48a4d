import type { RawHttpClient, RawOAuth2, RawProxy } from '../raw-http-client.ts';
import { childPointer, type Pointer } from '../source/pointer.ts';
import { checkHeaders } from './check-headers.ts';
import type { CheckContext, Placed } from './check-context.ts';
import { placedHttpSources } from './placed-targets.ts';
import { checkTls } from './check-tls.ts';
import { requireOneOf, refuseSeveral, type Section } from './exclusive-keys.ts';

/**
 * Reports HTTP client options that exclude or need each other, by the rules of Prometheus. Stricter than it in one point:
 * `authorization` and `oauth2` without a secret are refused.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config
 */
export function checkHttpClients({ global, shards, discovery, source, findings }: CheckContext): void {
  const httpSources = [...shards, ...(discovery ? [discovery] : [])].flatMap(placedHttpSources);
  const clients: readonly Placed<RawHttpClient>[] = [global, ...shards, ...httpSources];
  for (const { value, pointer } of clients) {
    const at = (key: keyof RawHttpClient): Section => ({
      keys: (value[key] ?? {}) as Section['keys'],
      pointer: childPointer(pointer, key),
      source,
      findings,
    });
    refuseSeveral({ keys: { ...value }, pointer, source, findings }, ['basic_auth', 'authorization', 'oauth2']);
    if (value.basic_auth !== undefined) checkBasicAuth(at('basic_auth'));
    if (value.authorization !== undefined) checkAuthorization(at('authorization'));
    if (value.oauth2 !== undefined) checkOAuth2(value.oauth2, at('oauth2'));
    if (value.tls_config !== undefined) checkTls(value.tls_config, at('tls_config'));
    if (value.http_headers !== undefined) checkHeaders(value.http_headers, at('http_headers'));
    checkProxy({ value, pointer }, { keys: { ...value }, pointer, source, findings });
  }
  for (const shard of shards) {
    if (shard.value.scheme === 'http') warnOfUnusedTls(shard, 'the scheme of the shard is http', { source, findings });
  }
  for (const httpSource of httpSources) {
    if (/^http:/i.test(httpSource.value.url))
      warnOfUnusedTls(httpSource, 'the URL is an http one', { source, findings });
  }
}

function checkBasicAuth(section: Section): void {
  refuseSeveral(section, ['username', 'username_file']);
  refuseSeveral(section, ['password', 'password_file']);
}

function checkAuthorization(section: Section): void {
  const { keys, pointer, findings } = section;
  requireOneOf(section, ['credentials', 'credentials_file']);
  if (String(keys['type']).toLowerCase() !== 'basic') return;
  findings.error(childPointer(pointer, 'type'), 'cannot be "basic": use basic_auth instead');
}

function checkOAuth2(oauth2: RawOAuth2, section: Section): void {
  const { pointer, source, findings } = section;
  requireOneOf(section, ['client_secret', 'client_secret_file']);
  checkProxy({ value: oauth2, pointer }, section);
  const { tls_config: tls } = oauth2;
  if (tls === undefined) return;
  checkTls(tls, { keys: { ...tls }, pointer: childPointer(pointer, 'tls_config'), source, findings });
}

function checkProxy({ value, pointer }: Placed<RawProxy>, { findings }: Section): void {
  const { proxy_url: url = '', no_proxy: noProxy, proxy_from_environment: fromEnvironment = false } = value;
  const say = (key: keyof RawProxy, message: string): void =>
    findings.error(childPointer(pointer, key), message, { part: 'key' });
  if (url !== '' && !URL.canParse(url)) say('proxy_url', 'no such URL can exist');
  if (fromEnvironment && url !== '') say('proxy_from_environment', 'excludes proxy_url: remove one of them');
  if (fromEnvironment && noProxy !== undefined) {
    say('no_proxy', 'excludes proxy_from_environment, which takes NO_PROXY from the environment: remove one of them');
  }
  if (noProxy !== undefined && !fromEnvironment && url === '') say('no_proxy', 'needs proxy_url beside it');
  if (value.proxy_connect_header !== undefined && !fromEnvironment && url === '') {
    say('proxy_connect_header', 'needs proxy_url or proxy_from_environment beside it');
  }
}

/** A setting that looks like protection and is none. */
function warnOfUnusedTls(
  { value, pointer }: Placed<RawHttpClient>,
  reason: string,
  { source, findings }: Pick<CheckContext, 'source' | 'findings'>,
): void {
  const { tls_config: tls } = value;
  const at: Pointer = childPointer(pointer, 'tls_config');
  if (tls === undefined || !source.has(at)) return;
  // Empty, it only takes away what global says.
  if (Object.keys(tls).length === 1 && !tls.insecure_skip_verify) return;
  const goesThroughTls = value.proxy_url?.toLowerCase().startsWith('https:') === true;
  if (!goesThroughTls) findings.warning(at, `has no effect: ${reason}`, { part: 'key' });
}
