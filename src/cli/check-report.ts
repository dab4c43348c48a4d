import type { ConfigMessage } from '../config/config-message.ts';
import { formatConfigMessage } from '../config/config-message.ts';
import { mayHoldSecret } from '../config/source/secret-lines.ts';
import type { Config } from '../config/config.ts';
import { sourcesOf } from '../topology/discovery/sources-of.ts';

/** What was found out about one file. */
export interface CheckedFile {
  readonly file: string;
  /** Undefined where the file could not be read. */
  readonly text: string | undefined;
  /** Undefined where there is an error. */
  readonly config: Config | undefined;
  readonly messages: readonly ConfigMessage[];
}

export function isValid({ messages }: CheckedFile): boolean {
  return messages.every(({ severity }) => severity !== 'error');
}

/** For people: each message with the line that it is about, unless that may hold a secret, then the verdict. */
export function renderHuman(checked: CheckedFile): string {
  const lines = [`Checking ${checked.file}`];
  const source = checked.text?.split(/\r?\n/) ?? [];
  for (const message of checked.messages) lines.push(...renderMessage(message, source));
  lines.push(verdict(checked), '');
  return `${lines.join('\n')}\n`;
}

function renderMessage(message: ConfigMessage, source: readonly string[]): string[] {
  const prefixed = { ...message, message: `${message.severity}: ${message.message}` };
  const line = source[message.line - 1];
  const isShown = line !== undefined && line.trim() !== '' && !mayHoldSecret(source, message.line - 1);
  if (!isShown) return [formatConfigMessage(prefixed)];
  const number = String(message.line);
  const excerpt = excerptAround(line, message.column - 1);
  return [
    formatConfigMessage(prefixed),
    `  ${number} | ${excerpt.text}`,
    `  ${' '.repeat(number.length)} | ${' '.repeat(excerpt.caret)}^`,
  ];
}

const maxExcerptLength = 120;

/** A window of a long line; tabs become spaces, so that the caret stands where it should. */
function excerptAround(line: string, column: number): { text: string; caret: number } {
  const start = line.length <= maxExcerptLength ? 0 : Math.max(0, column - maxExcerptLength / 2);
  return { text: line.slice(start, start + maxExcerptLength).replaceAll('\t', ' '), caret: column - start };
}

function verdict(checked: CheckedFile): string {
  const { file, config, messages } = checked;
  const errors = messages.filter(({ severity }) => severity === 'error').length;
  const warnings = messages.length - errors;
  const warned = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`;
  if (errors > 0 || config === undefined) return ` FAILED: ${plural(errors, 'error')}${warned}`;
  const replicas = config.shards.reduce((sum, shard) => sum + shard.replicas.length, 0);
  const parts = [plural(config.shards.length, 'shard'), plural(replicas, 'replica')];
  const rules = plural(config.aggregationRules.length, 'aggregation rule');
  const sources = sourcesOf(config).length;
  const found = sources === 0 ? '' : `, ${plural(sources, 'discovery source')}`;
  return ` SUCCESS: ${file} is valid promgate config: ${parts.join(', ')}, ${rules}${found}${warned}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** For programs: `{valid, messages: [{file, line, column, severity, message, path}]}` over all files. */
export function renderJson(checked: readonly CheckedFile[]): string {
  const messages = checked.flatMap((file) => file.messages);
  return `${JSON.stringify({ valid: checked.every(isValid), messages }, null, 2)}\n`;
}
