import type { PartialResponse } from '../../config/config.ts';
import type { GatewayError } from '../../model/errors.ts';
import type { AnnotationSink } from '../../promql/engine/annotations.ts';
import { QueryError } from '../../promql/engine/query-error.ts';

/**
 * A shard that gives nothing: fails the query, or is told in a warning.
 * @throws QueryError `unavailable`
 */
export function shardFailure(
  error: GatewayError,
  { partialResponse, annotations }: { readonly partialResponse: PartialResponse; readonly annotations: AnnotationSink },
): void {
  if (partialResponse === 'abort') throw new QueryError('unavailable', error.message, { cause: error });
  annotations.add({ level: 'warning', message: `partial answer: ${error.message}`, isPlain: true });
}
