import { GatewayError, toGatewayError } from '../../model/errors.ts';

/** The failure of a shard of which no replica answered, or that has none; `errors` are those of its replicas, in their order. */
export function shardUnavailable(shard: string, errors: readonly unknown[]): GatewayError {
  const failures = errors.map((error) => toGatewayError(error));
  const reasons = failures.map(({ message }) => message).join('; ');
  const what = errors.length === 0 ? 'it has no replicas: discovery has found none' : `no replica answered: ${reasons}`;
  return new GatewayError('PG_SHARD_UNAVAILABLE', `shard ${shard}: ${what}`, {
    details: { shard },
    cause: failures[0],
  });
}
