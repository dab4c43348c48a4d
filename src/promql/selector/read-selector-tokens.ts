import type { GatewayError } from '../../model/errors.ts';
import type { MatchOperator } from '../../model/matcher.ts';
import { describeToken } from '../lexer/describe-token.ts';
import type { Token } from '../lexer/token.ts';
import type { SelectorPart } from './selector-parts.ts';
import { selectorError } from './selector-error.ts';
import { isMetricNameToken } from './selector-tokens.ts';

const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/**
 * The parts of a selector as Prometheus' own parser reads it, one by one, so that what is wrong with a part is noticed
 * before what is wrong with the text behind it. It has the last word where the official grammar sees no selector: it
 * explains why, or reads what only Prometheus accepts (`offset` as a metric name).
 * @throws {@link GatewayError} `PG_SELECTOR_INVALID` in Prometheus' words at the first token that does not fit.
 */
export function* readSelectorTokens(text: string, tokens: readonly Token[]): Generator<SelectorPart, void> {
  const fail = (token: Token, context = ''): GatewayError =>
    token.kind === 'error'
      ? selectorError(text, token.start, token.text)
      : selectorError(text, token.start, `unexpected ${describeToken(token)}${context}`);
  let index = 0;
  if (isMetricNameToken(tokens[index]!)) yield { kind: 'name', name: tokens[index++]! };
  if (tokens[index]!.text === '{' && tokens[index]!.kind === 'punctuation') {
    index = yield* readBraces(tokens, index + 1, fail);
  } else if (index === 0) {
    throw fail(tokens[index]!);
  }
  if (tokens[index]!.kind !== 'end') throw fail(tokens[index]!);
}

type Fail = (token: Token, context: string) => GatewayError;

/** Reads from behind the opening brace; returns the index behind the closing one. */
function* readBraces(tokens: readonly Token[], from: number, fail: Fail): Generator<SelectorPart, number> {
  let index = from;
  while (!isPunctuation(tokens[index]!, '}')) {
    const name = tokens[index]!;
    if (name.kind !== 'identifier' && name.kind !== 'string') {
      throw fail(name, ' in label matching, expected identifier or "}"');
    }
    const operator = tokens[index + 1]!;
    if (matchOperators.has(operator.text)) {
      const value = tokens[index + 2]!;
      if (value.kind !== 'string') throw fail(value, ' in label matching, expected string');
      yield { kind: 'matcher', name, operator: operator.text as MatchOperator, value };
      index += 3;
    } else {
      if (name.kind === 'identifier') throw fail(operator, ' in label matching, expected label matching operator');
      yield { kind: 'name', name };
      index += 1;
    }
    if (isPunctuation(tokens[index]!, '}')) break;
    if (!isPunctuation(tokens[index]!, ',')) throw fail(tokens[index]!, ' in label matching, expected "," or "}"');
    index += 1;
  }
  return index + 1;
}

function isPunctuation(token: Token, text: string): boolean {
  return token.kind === 'punctuation' && token.text === text;
}
