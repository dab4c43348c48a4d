import type { ConfigMessage } from '../config-message.ts';
import { describeUnknownKey } from '../schema/describe-violation.ts';
import { createSchemaValidator } from '../schema/validate-schema.ts';
import { createFindings, type Findings } from '../source/findings.ts';
import { parseYaml } from '../source/parse-yaml.ts';
import { checkTls } from './check-tls.ts';
import { checkUsers } from './check-users.ts';
import type { RawWebConfig } from './raw-web-config.ts';
import { createPemReader, type PemReader } from './read-pem.ts';
import { openWebConfig, type WebConfig } from './web-config.ts';
import { webConfigSchema } from './web-config-schema.ts';

export interface WebConfigCheck {
  /** Undefined where a message is an error. */
  readonly config: WebConfig | undefined;
  /** Errors and warnings, by position. None shows a hash or a key. */
  readonly messages: readonly ConfigMessage[];
  /** What was read beside the text itself, absolute paths. */
  readonly files: readonly string[];
}

const validateSchema = createSchemaValidator({
  schema: webConfigSchema,
  describeUnknownKey(section, key, known) {
    if (section === '' && key === 'rate_limit') return 'not built yet: remove it';
    if (section === '/http_server_config/headers') return `a header that cannot be set; those are ${known.join(', ')}`;
    return describeUnknownKey('/web', key, known);
  },
});

/** Reads a web configuration and the files that it names, and finds all that is wrong with them. Never throws. */
export async function checkWebConfig(text: string, file: string): Promise<WebConfigCheck> {
  const { source, messages } = parseYaml(text, file);
  if (messages.length > 0) return { config: undefined, messages, files: [] };
  if (source.value === null) return { config: openWebConfig, messages: [], files: [] };
  const findings = createFindings(source);
  validateSchema(source.value, findings);
  const pems = createPemReader(file, findings);
  const config = findings.hasErrors() ? undefined : await toWebConfig(source.value as RawWebConfig, findings, pems);
  return {
    config: findings.hasErrors() ? undefined : config,
    messages: findings.messages(),
    files: pems.files,
  };
}

async function toWebConfig(raw: RawWebConfig, findings: Findings, pems: PemReader): Promise<WebConfig> {
  if (raw.http_server_config?.http2 === true) {
    findings.error('/http_server_config/http2', 'not built yet: remove it, promgate speaks HTTP/1.1');
  }
  const users = raw.basic_auth_users ?? {};
  checkUsers(users, findings);
  const tls = raw.tls_server_config && (await checkTls(raw.tls_server_config, findings, pems.read));
  return { tls, headers: { ...raw.http_server_config?.headers }, users: new Map(Object.entries(users)) };
}
