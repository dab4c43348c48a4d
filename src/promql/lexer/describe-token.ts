import { goQuote } from './go-quote.ts';
import type { Token } from './token.ts';

const maxQuotedBytes = 10;

/** How Prometheus names a token in `unexpected …`. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'error':
      return token.text;
    case 'operator':
      // Prometheus has no words for the kind of this one.
      return token.text === '@' ? '"<Item 57400>" <op:@>' : `<op:${token.text}>`;
    case 'aggregator':
      return `<aggr:${token.text}>`;
    case 'keyword':
      return `<${token.text}>`;
    case 'punctuation':
    case 'colon':
    case 'preprocessor':
      return goQuote(token.text);
    case 'identifier':
      return `identifier ${goQuote(token.text)}`;
    case 'metric-identifier':
      return `metric identifier ${goQuote(token.text)}`;
    default:
      return `${token.kind} ${abbreviate(token.text)}`;
  }
}

/** Long literals show their first ten characters; whether they are long is decided by bytes. */
function abbreviate(text: string): string {
  if (Buffer.byteLength(text) <= maxQuotedBytes) return goQuote(text);
  return `${goQuote(
    Array.from(text.slice(0, 2 * maxQuotedBytes))
      .slice(0, maxQuotedBytes)
      .join(''),
  )}...`;
}
