import type { ShardConfig } from '../../config/config.ts';

/** Whether of every two shards some label that both have differs, so that lines which carry them cannot be equal. */
export function areShardsDistinct(shards: readonly Pick<ShardConfig, 'labels'>[]): boolean {
  return shards.every((a, i) => shards.slice(i + 1).every((b) => areDistinct(a.labels, b.labels)));
}

function areDistinct(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.entries(a).some(([name, value]) => name in b && b[name] !== value);
}
