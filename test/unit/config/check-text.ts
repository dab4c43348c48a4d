import { checkConfig } from '../../../src/config/check-config.ts';
import { formatConfigMessage } from '../../../src/config/config-message.ts';
import { createSchemaValidator } from '../../../src/config/schema/validate-schema.ts';
import { GatewayError } from '../../../src/model/errors.ts';

/** Stands for the grammar of another folder: refuses texts with an opening brace and no closing one. */
export function parseSelector(text: string): void {
  if (text.includes('{') && !text.includes('}')) {
    throw new GatewayError('PG_SELECTOR_INVALID', 'unexpected end of input inside braces');
  }
}

const validateSchema = createSchemaValidator();

/** What is said about a file `f.yml`: `error f.yml:1:2: …`. */
export function messagesOf(text: string): string[] {
  const { messages } = checkConfig(text, { file: 'f.yml', parseSelector, validateSchema });
  return messages.map((message) => `${message.severity} ${formatConfigMessage(message)}`);
}

/** A sound shard in two lines, to be followed by what a test is about. */
export const oneShard = 'shards:\n- {name: s, static_configs: [{targets: ["h:1"]}]}\n';
