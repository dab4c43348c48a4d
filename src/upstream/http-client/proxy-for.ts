import type { ProxyConfig } from '../../config/http-client-config.ts';
import { isExemptFromProxy } from './no-proxy.ts';

/** A proxy, its credentials apart from its address. */
export interface Proxy {
  readonly origin: string;
  /** Value of `Proxy-Authorization`. */
  readonly authorization?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy between us and an origin; undefined for none. A broken variable of the environment counts as none. */
export function proxyFor(origin: string, config: ProxyConfig, env: Environment): Proxy | undefined {
  if (config.proxyUrl === undefined && config.proxyFromEnvironment !== true) return undefined;
  const url = new URL(origin);
  if (config.proxyUrl !== undefined) {
    return config.noProxy !== undefined && isExempt(config.noProxy, url) ? undefined : toProxy(config.proxyUrl);
  }
  const variable = (name: string): string => env[name] ?? env[name.toLowerCase()] ?? '';
  const text = variable(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (text === '' || isExempt(variable('NO_PROXY'), url)) return undefined;
  const withScheme = text.includes('://') ? text : `http://${text}`;
  return /^https?:/i.test(withScheme) && URL.canParse(withScheme) ? toProxy(withScheme) : undefined;
}

function isExempt(list: string, { hostname, port, protocol }: URL): boolean {
  const defaultPort = protocol === 'https:' ? '443' : '80';
  return isExemptFromProxy(list, hostname.replace(/^\[|\]$/g, ''), port === '' ? defaultPort : port);
}

function toProxy(text: string): Proxy {
  const { origin, username, password } = new URL(text);
  if (username === '' && password === '') return { origin };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { origin, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
