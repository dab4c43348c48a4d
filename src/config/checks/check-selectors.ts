import { toGatewayError } from '../../model/errors.ts';
import type { CheckContext } from './check-context.ts';

/**
 * What a series selector is about; throws a `GatewayError` where `text` is none. Handed in, for the grammar is not this
 * folder's; undefined from one that does not look.
 */
export type ParseSelector = (text: string) => { readonly matchers: readonly { readonly name: string }[] } | void;

export function checkSelectors({ selectors, findings }: CheckContext, parseSelector: ParseSelector): void {
  for (const { value, pointer } of selectors) {
    try {
      parseSelector(value);
    } catch (error) {
      findings.error(pointer, `invalid selector: ${toGatewayError(error).message}`);
    }
  }
}
