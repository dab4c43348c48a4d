import { toGatewayError } from '../../model/errors.ts';
import type { CheckContext } from './check-context.ts';

/** Throws a `GatewayError` where `text` is not a series selector; handed in, for the grammar is not this folder's. */
export type ParseSelector = (text: string) => unknown;

export function checkSelectors({ selectors, findings }: CheckContext, parseSelector: ParseSelector): void {
  for (const { value, pointer } of selectors) {
    try {
      parseSelector(value);
    } catch (error) {
      findings.error(pointer, `invalid selector: ${toGatewayError(error).message}`);
    }
  }
}
