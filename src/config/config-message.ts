import { GatewayError } from '../model/errors.ts';

export type Severity = 'error' | 'warning';

/** One finding about a configuration file. `line` and `column` count from 1; columns count UTF-16 code units. */
export interface ConfigMessage {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly message: string;
  /** Where in the document, e.g. `shards[0].static_configs[0].targets[1]`; empty for the document as a whole. */
  readonly path: string;
}

/** `file:line:column: message`, the form of compilers, so that editors can jump to it. */
export function formatConfigMessage(message: ConfigMessage): string {
  return `${message.file}:${message.line}:${message.column}: ${message.message}`;
}

/** An error whose message has one line for each problem; {@link configMessages} gives them (and warnings) as data. */
export function configError(messages: readonly ConfigMessage[]): GatewayError {
  const errors = messages.filter((message) => message.severity === 'error');
  return new GatewayError('PG_CONFIG_INVALID', errors.map(formatConfigMessage).join('\n'), {
    details: { problems: errors.length },
    cause: messages,
  });
}

/** What {@link configError} was made of, in document order; empty for any other error. */
export function configMessages(error: unknown): readonly ConfigMessage[] {
  if (!(error instanceof GatewayError) || error.code !== 'PG_CONFIG_INVALID') return [];
  return Array.isArray(error.cause) ? (error.cause as readonly ConfigMessage[]) : [];
}
