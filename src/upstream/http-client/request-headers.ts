import type { AuthorizationConfig, BasicAuthConfig, HeaderConfig } from '../../config/http-client-config.ts';
import type { HttpClientConfig } from '../../config/http-client-config.ts';
import type { ReadLimits } from '../upstream-target.ts';
import type { FileReader } from './file-reader.ts';
import type { TokenSource } from './oauth-token.ts';
import { assertHeaderValue, readSecret } from './secret-value.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What a client sends with a request beside the headers of the read itself. */
export interface ClientHeaders {
  readonly headers: Headers;
  /** The OAuth 2.0 token among them. */
  readonly token?: string;
}

export interface HeaderSource {
  readonly files: FileReader;
  /** Set where the client has `oauth2`. */
  readonly tokens: TokenSource | undefined;
}

/** @throws GatewayError `PG_UPSTREAM_SECRET` or `PG_UPSTREAM_TOKEN` */
export async function clientHeaders(
  { basicAuth, authorization, httpHeaders }: HttpClientConfig,
  { files, tokens }: HeaderSource,
  limits: ReadLimits,
): Promise<ClientHeaders> {
  const extra = httpHeaders === undefined ? {} : await extraHeaders(httpHeaders, files);
  const token = await tokens?.token(limits);
  if (token !== undefined) return { headers: { ...extra, authorization: `Bearer ${token}` }, token };
  if (basicAuth !== undefined) return { headers: { ...extra, authorization: await basic(basicAuth, files) } };
  if (authorization === undefined) return { headers: extra };
  return { headers: { ...extra, authorization: await plain(authorization, files) } };
}

async function basic(config: BasicAuthConfig, files: FileReader): Promise<string> {
  const [username, password] = await Promise.all([
    readSecret(files, { value: config.username, file: config.usernameFile, role: 'basic_auth.username_file' }),
    readSecret(files, { value: config.password, file: config.passwordFile, role: 'basic_auth.password_file' }),
  ]);
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function plain({ type, credentials, credentialsFile }: AuthorizationConfig, files: FileReader): Promise<string> {
  const role = 'authorization.credentials_file';
  const value = await readSecret(files, { value: credentials, file: credentialsFile, role });
  const shown = credentialsFile === undefined ? 'authorization.credentials' : role;
  return `${type} ${assertHeaderValue(value, shown)}`;
}

/** Each with all its values, in the order of Prometheus: plain ones, secrets, files. */
async function extraHeaders(
  headers: Readonly<Record<string, HeaderConfig>>,
  files: FileReader,
): Promise<Record<string, readonly string[]>> {
  const entries = Object.entries(headers).map(async ([name, config]): Promise<[string, string[]]> => {
    const role = `http_headers.${name}.files`;
    const read = config.files.map((file) => readSecret(files, { value: undefined, file, role }));
    const fromFiles = (await Promise.all(read)).map((value) => assertHeaderValue(value, role));
    return [name, [...config.values, ...config.secrets, ...fromFiles]];
  });
  return Object.fromEntries(await Promise.all(entries));
}
