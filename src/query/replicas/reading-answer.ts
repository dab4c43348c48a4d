import { GatewayError } from '../../model/errors.ts';

/**
 * What `read` makes of a replica's answer.
 * @throws GatewayError `PG_PARSE_INVALID` where it throws a `TypeError`, as it does for JSON of another form than expected
 */
export function readingAnswer<T>(replica: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const reason = `replica ${replica}: the answer has not the form of Prometheus' API: ${error.message}`;
    throw new GatewayError('PG_PARSE_INVALID', reason, { details: { replica }, cause: error });
  }
}
