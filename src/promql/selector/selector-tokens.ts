import { createLexer } from '../lexer/lexer.ts';
import type { Token } from '../lexer/token.ts';

const nameKinds: ReadonlySet<string> = new Set(['identifier', 'metric-identifier', 'aggregator', 'preprocessor']);
const nameWords: ReadonlySet<string> = new Set(['offset', 'by', 'without', 'and', 'or', 'unless']);

/** All tokens of `text`; the last one, and only that, is of kind `end` or `error`. */
export function tokenize(text: string): readonly Token[] {
  const lexer = createLexer(text);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    tokens.push(token);
    if (token.kind === 'end' || token.kind === 'error') return tokens;
  }
}

/** Whether Prometheus takes this word for a metric name; `on`, `bool`, `atan2` and others it does not. */
export function isMetricNameToken(token: Token): boolean {
  return nameKinds.has(token.kind) || nameWords.has(token.text.toLowerCase());
}
