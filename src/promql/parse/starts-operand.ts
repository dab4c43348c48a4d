import type { Token } from '../lexer/token.ts';
import { isMetricNameToken } from '../selector/selector-tokens.ts';

/** Whether an expression may begin with this token. */
export function startsOperand(token: Token): boolean {
  if (['number', 'duration', 'string'].includes(token.kind) || isMetricNameToken(token)) return true;
  return token.kind !== 'error' && ['(', '{', '+', '-'].includes(token.text);
}
