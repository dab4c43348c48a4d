import { GatewayError } from '../../model/errors.ts';
import { sourcePosition } from '../lexer/source-position.ts';

/** A `PG_SELECTOR_INVALID` whose message is, to the byte, what Prometheus answers to `match[]` (without line feed). */
export function selectorError(text: string, offset: number, problem: string): GatewayError {
  const message = `${sourcePosition(text, offset)}: parse error: ${problem}`;
  return new GatewayError('PG_SELECTOR_INVALID', message);
}
