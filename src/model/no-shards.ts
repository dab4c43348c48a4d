/** Why nothing can be answered where all shards are found and none was. */
export const noShards = 'no shard is known: discovery has found none';
