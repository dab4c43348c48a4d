import { GatewayError } from '../../model/errors.ts';
import type { ShardView } from '../../topology/shard-view.ts';
import type { ShardRead } from './shard-read.ts';

/** The read of a shard without replicas: there is nobody to ask, and the shard is down. */
export function createEmptyRead(shard: number, view: ShardView): ShardRead {
  return {
    shard,
    view,
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
