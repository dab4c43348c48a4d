import type { ConfigMessage, Severity } from '../config-message.ts';
import type { ConfigSource, Position } from './config-source.ts';
import type { Pointer } from './pointer.ts';
import { displayPath } from './pointer.ts';

interface FindingOptions {
  /** The key or the value is at fault; by default the value. */
  readonly part?: 'key' | 'value';
}

/** Collects messages about one document. The same message at the same place is kept once. */
export interface Findings {
  /** `message` is prefixed with the path of `pointer`. */
  error(pointer: Pointer, message: string, options?: FindingOptions): void;
  warning(pointer: Pointer, message: string, options?: FindingOptions): void;
  hasErrors(): boolean;
  /** Sorted by position. */
  messages(): readonly ConfigMessage[];
}

export function createFindings(source: ConfigSource): Findings {
  const found = new Map<string, ConfigMessage>();
  const add = (severity: Severity, pointer: Pointer, text: string, part: 'key' | 'value'): void => {
    const path = displayPath(pointer);
    const message = path === '' ? text : `${path}: ${text}`;
    const { line, column } = source.position(pointer, part);
    found.set(`${line}:${column}:${message}`, { file: source.file, line, column, severity, message, path });
  };
  return {
    error: (pointer, message, options) => add('error', pointer, message, options?.part ?? 'value'),
    warning: (pointer, message, options) => add('warning', pointer, message, options?.part ?? 'value'),
    hasErrors: () => [...found.values()].some(({ severity }) => severity === 'error'),
    messages: () => [...found.values()].sort(byPosition),
  };
}

function byPosition(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
