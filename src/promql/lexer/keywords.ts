import type { TokenKind } from './token.ts';

const aggregators = 'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio';
const reserved: readonly (readonly [kind: TokenKind, words: string])[] = [
  ['operator', 'and or unless atan2'],
  ['aggregator', aggregators],
  ['keyword', 'offset by without on ignoring group_left group_right bool'],
  ['preprocessor', 'start end'],
  ['number', 'inf nan'],
];

const kinds: ReadonlyMap<string, TokenKind> = new Map(
  reserved.flatMap(([kind, words]) => words.split(' ').map((word) => [word, kind] as const)),
);

/** The kind of a word outside braces; letter case does not matter for reserved words, as in Prometheus. */
export function wordKind(word: string): TokenKind {
  return kinds.get(word.toLowerCase()) ?? (word.includes(':') ? 'metric-identifier' : 'identifier');
}
