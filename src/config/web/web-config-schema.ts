import type { JsonSchema, SectionSchema } from '../schema/json-schema.ts';
import { list, section, text } from '../schema/values.ts';
import { cipherSuites, clientAuthTypes, curves, tlsVersions } from './go-tls-names.ts';

/** `enum` with the allowed names in the message; without a default, so that what the file says can be told apart. */
function oneOf(description: string, values: readonly string[]): JsonSchema {
  const expects = `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  return { type: 'string', enum: values, description, 'x-expects': expects };
}

const path = (description: string): JsonSchema => text(description, 'a path');
const pem = (description: string): JsonSchema => ({ ...text(description, 'PEM text'), 'x-secret': true });
const anyText = (description: string): JsonSchema => ({ type: 'string', description, 'x-expects': 'a text' });
const yesOrNo = (description: string): JsonSchema => ({
  type: 'boolean',
  description,
  'x-expects': 'true or false',
});

const tlsServerConfig = section('TLS; without a certificate the server speaks plain HTTP.', {
  cert_file: path('Certificate of the server and what leads to its authority, PEM.'),
  key_file: path('Its private key, PEM.'),
  cert: pem('The certificate itself.'),
  key: pem('The private key itself.'),
  client_ca_file: path("Authorities of clients' certificates, PEM."),
  client_ca: pem('The authorities themselves.'),
  client_auth_type: oneOf("Whether clients need a certificate; Go's names.", Object.keys(clientAuthTypes)),
  client_allowed_sans: list(
    "Subject alternative names; one of them must be in the client's certificate.",
    text('A DNS name, IP address, e-mail address or URI.', 'a name'),
  ),
  min_version: oneOf('Least version of TLS.', Object.keys(tlsVersions)),
  max_version: oneOf('Newest version of TLS.', Object.keys(tlsVersions)),
  cipher_suites: list('Suites of TLS 1.2 and before.', oneOf("Go's name of a suite.", Object.keys(cipherSuites))),
  curve_preferences: list('Curves in order of preference.', oneOf("Go's name of a curve.", Object.keys(curves))),
  prefer_server_cipher_suites: yesOrNo("Whether the server's order of suites counts."),
});

/** Header names and the values that they may have. */
const headers: Readonly<Record<string, JsonSchema>> = {
  'Strict-Transport-Security': anyText('As it is.'),
  'X-Content-Type-Options': oneOf('Types are not guessed.', ['nosniff']),
  'X-Frame-Options': oneOf('Who may show pages in a frame.', ['deny', 'sameorigin']),
  'X-XSS-Protection': anyText('As it is.'),
  'Content-Security-Policy': anyText('As it is; empty: no such header.'),
};

/**
 * The web configuration of Prometheus' exporter-toolkit.
 * @see https://github.com/prometheus/exporter-toolkit/blob/0089e786c388f128bd417609a8ba66c20b35176e/docs/web-configuration.md
 */
export const webConfigSchema: SectionSchema = section('How clients are let in.', {
  tls_server_config: tlsServerConfig,
  http_server_config: section('HTTP.', {
    http2: yesOrNo('HTTP/2; only false.'),
    headers: section('Headers of every answer.', headers),
  }),
  basic_auth_users: {
    type: 'object',
    description: 'bcrypt hashes of passwords by user name.',
    propertyNames: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: '^[^:\\u0000-\\u001f\\u007f]+$',
      'x-expects': 'a user name of at most 256 characters, without a colon and control characters',
    },
    additionalProperties: { type: 'string', 'x-secret': true, 'x-expects': 'a bcrypt hash of a password' },
    'x-expects': 'a mapping of user names to bcrypt hashes',
  },
});
