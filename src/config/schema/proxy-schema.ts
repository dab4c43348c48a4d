import type { JsonSchema } from './json-schema.ts';
import { headerName, list, secret, text } from './values.ts';

/** Where an HTTP client goes through a proxy; the same keys for replicas and for the token endpoint of `oauth2`. */
export const proxyProperties: Readonly<Record<string, JsonSchema>> = {
  proxy_url: secret({
    type: 'string',
    pattern: '^(?:|[hH][tT][tT][pP][sS]?://[^\\s/?#]+/?)$',
    description: 'Proxy to go through; user and password of the proxy may stand in it. Empty: none.',
    'x-expects': 'the http:// or https:// URL of a proxy, without a path',
  }),
  no_proxy: text('Comma-separated hosts, domains and networks that are asked without the proxy.', 'a text'),
  proxy_from_environment: {
    type: 'boolean',
    description: 'Take `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` from the environment.',
    'x-expects': 'true or false',
  },
  proxy_connect_header: secret({
    type: 'object',
    description: 'Headers sent to the proxy with CONNECT, each with a list of values.',
    propertyNames: headerName,
    additionalProperties: secret(list('', secret({ type: 'string', 'x-expects': 'a text' }))),
    'x-expects': 'a mapping of header names to lists of values',
  }),
};
