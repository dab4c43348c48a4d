import { GatewayError } from '../../model/errors.ts';
import type { ShardRead, StartedShard } from './shard-read.ts';

/** The read of a shard without replicas: there is nobody to ask, and the shard is down. */
export function createEmptyRead(started: StartedShard): ShardRead {
  return {
    ...started,
    result: undefined,
    hasTask: false,
    ended: Promise.resolve(),
    async next() {
      throw new GatewayError('PG_SHARD_UNAVAILABLE', 'it has no replicas: discovery has found none');
    },
    release() {},
    takePartials: () => undefined,
    abort() {},
  };
}
