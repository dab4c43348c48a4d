import type { JsonSchema, SectionSchema } from './json-schema.ts';
import { proxyProperties } from './proxy-schema.ts';
import { choice, flag, headerName, list, secret, section, text } from './values.ts';

const file = (description: string): JsonSchema => text(description, 'the path of a file');
const secretText = (description: string): JsonSchema => secret(text(description, 'a text that is not empty'));
const anyText: JsonSchema = { type: 'string', 'x-expects': 'a text' };

const basicAuthSchema = secret(
  section('User and password.', {
    username: { ...anyText, description: 'Name of the user.' },
    username_file: file('File that holds the name.'),
    password: secret({ ...anyText, description: 'Password.' }),
    password_file: file('File that holds the password.'),
  }),
);

const authorizationSchema = secret(
  section('The header `Authorization`.', {
    type: secret({
      type: 'string',
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
      description: 'Scheme of the header.',
      default: 'Bearer',
      'x-expects': 'the name of an authentication scheme, such as Bearer',
    }),
    credentials: secretText('What follows the scheme, such as a token.'),
    credentials_file: file('File that holds the credentials.'),
  }),
);

const tlsVersions = ['TLS10', 'TLS11', 'TLS12', 'TLS13'];
const tlsVersion = (description: string): JsonSchema => {
  const { default: _, ...schema } = choice(description, tlsVersions, '');
  return schema;
};

const tlsSchema: SectionSchema = secret(
  section('TLS towards the server that is asked.', {
    ca: text('Certificates (PEM) of the authorities to trust instead of those that Node.js trusts.', 'PEM text'),
    ca_file: file('File that holds them.'),
    cert: text('Certificate (PEM) of the client, with those between it and its authority.', 'PEM text'),
    cert_file: file('File that holds it.'),
    key: secret(text('Private key (PEM) of the client.', 'PEM text')),
    key_file: file('File that holds it.'),
    server_name: text('Name that the certificate of the server must be for.', 'a host name'),
    insecure_skip_verify: flag('Whether any certificate is accepted.', false),
    min_version: tlsVersion('Oldest version of TLS; TLS12 where none is given.'),
    max_version: tlsVersion('Newest version of TLS.'),
  }),
);

const oauth2Schema = secret(
  section(
    'OAuth 2.0 client credentials.',
    {
      client_id: text('Identifier of the client.', 'a text that is not empty'),
      client_secret: secretText('Secret of the client.'),
      client_secret_file: file('File that holds the secret.'),
      scopes: list('Scopes to ask for.', text('', 'a scope'), { default: [], 'x-expects': 'a list of scopes' }),
      token_url: secret({
        type: 'string',
        pattern: '^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+(?:[/?][^\\s#]*)?$',
        description: 'Where tokens are fetched.',
        'x-expects': 'an http:// or https:// URL without user and password',
      }),
      endpoint_params: secret({
        type: 'object',
        description: 'Further parameters of the request for a token.',
        default: {},
        additionalProperties: secret(anyText),
        'x-expects': 'a mapping of texts',
      }),
      tls_config: { ...tlsSchema, description: 'TLS towards the token endpoint.' },
      ...proxyProperties,
    },
    ['client_id', 'token_url'],
  ),
);

const headerSchema = secret(
  section('', {
    values: secret(list('', secret(anyText), { default: [] })),
    secrets: secret(list('', secret(anyText), { default: [] })),
    files: secret(list('', file(''), { default: [] })),
  }),
);

/** What may stand in `global`, in every shard and in every entry of `http_sd_configs`. */
export const httpClientProperties: Readonly<Record<string, JsonSchema>> = {
  basic_auth: basicAuthSchema,
  authorization: authorizationSchema,
  oauth2: oauth2Schema,
  tls_config: tlsSchema,
  http_headers: secret({
    type: 'object',
    description: 'Headers sent with every request: `values`, `secrets` (never shown) and `files` that hold values.',
    propertyNames: headerName,
    additionalProperties: headerSchema,
    'x-expects': 'a mapping of header names to {values, secrets, files}',
  }),
  ...proxyProperties,
};
