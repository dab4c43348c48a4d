import { GatewayError } from '../../model/errors.ts';

/** The failure of a replica that let a sibling wait; `how`: what of. */
export function slowReplica(replica: string, how: string): GatewayError {
  return new GatewayError('PG_UPSTREAM_SLOW', `replica ${replica}: ${how}`, { details: { replica } });
}
