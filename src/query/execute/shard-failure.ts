import type { GatewayError } from '../../model/errors.ts';
import { messageFor } from '../../model/tenant-message.ts';
import type { AnnotationSink } from '../../promql/engine/annotations.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { QueryRequest } from '../service.ts';

/**
 * A shard that gives nothing: fails the query, or is told in a warning.
 * @throws QueryError `unavailable`
 */
export function shardFailure(
  error: GatewayError,
  {
    partialResponse,
    tenant,
    annotations,
  }: Pick<QueryRequest, 'partialResponse' | 'tenant'> & {
    readonly annotations: AnnotationSink;
  },
): void {
  const told = messageFor(tenant, error);
  if (partialResponse === 'abort') throw new QueryError('unavailable', told, { cause: error });
  annotations.add({ level: 'warning', message: `partial answer: ${told}`, isPlain: true });
}
