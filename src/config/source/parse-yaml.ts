import { LineCounter, parseDocument } from 'yaml';
import type { ConfigMessage } from '../config-message.ts';
import type { ConfigSource } from './config-source.ts';
import { createConfigSource } from './config-source.ts';
import { displayPath } from './pointer.ts';
import { mayHoldSecret } from './secret-lines.ts';
import type { Fault } from './tree-reader.ts';
import { maxDepth, TreeReader } from './tree-reader.ts';

/** After a slip of the pen the parser may find fault with every following line. */
const maxSyntaxErrors = 20;

export interface ParsedYaml {
  /** Meaningful only where `messages` is empty. */
  readonly source: ConfigSource;
  readonly messages: readonly ConfigMessage[];
}

/**
 * Reads one YAML 1.2 document. Duplicate keys, unknown tags, merge keys, aliases that stand for more than 100,000 values
 * together, and nesting deeper than 32 levels are problems, reported with their place.
 */
export function parseYaml(text: string, file: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'error',
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  const syntaxFaults = [...document.errors, ...document.warnings]
    .slice(0, maxSyntaxErrors)
    .map((error): Fault => ({ offset: error.pos[0], pointer: '', message: syntaxMessage(error.code, error.message) }));
  const reader = new TreeReader(lines);
  const value = syntaxFaults.length === 0 ? reader.read(document.contents) : null;
  const textLines = text.split(/\r?\n/);
  const messages = [...syntaxFaults, ...reader.faults]
    .map((fault) => toMessage(fault, file, lines))
    .map((message) => (mayHoldSecret(textLines, message.line - 1) ? withoutValue(message) : message));
  return { source: createConfigSource({ file, value, offsets: reader.offsets, lines }), messages };
}

function toMessage({ offset, pointer, message }: Fault, file: string, lines: LineCounter): ConfigMessage {
  const { line, col } = lines.linePos(offset);
  const place = { line: Math.max(1, line), column: Math.max(1, col), path: displayPath(pointer) };
  return { file, ...place, severity: 'error', message };
}

/** A password that begins with `*`, `&` or `!` is taken for an alias, an anchor or a tag, and named as such. */
function withoutValue(fault: ConfigMessage): ConfigMessage {
  if (!/\b(?:anchor|alias|tag)\b/i.test(fault.message)) return fault;
  return { ...fault, message: 'this value is an alias, an anchor or a tag that YAML does not know: put it in quotes' };
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'RESOURCE_EXHAUSTION') return `invalid YAML: nested deeper than ${maxDepth} levels`;
  if (code === 'MULTIPLE_DOCS') return 'invalid YAML: more than one document in the file';
  return `invalid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
