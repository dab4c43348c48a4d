import { GatewayError, toGatewayError } from '../../model/errors.ts';

/** The failure of a shard of which no replica answered; `errors` are those of its replicas, in their order. */
export function shardUnavailable(shard: string, errors: readonly unknown[]): GatewayError {
  const failures = errors.map((error) => toGatewayError(error));
  const reasons = failures.map(({ message }) => message).join('; ');
  return new GatewayError('PG_SHARD_UNAVAILABLE', `shard ${shard}: no replica answered: ${reasons}`, {
    details: { shard },
    cause: failures[0],
  });
}
