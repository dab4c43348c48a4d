import type { Config, ShardConfig } from '../../config/config.ts';
import type { Matcher, Selector } from '../../model/matcher.ts';
import { routeSelector } from '../../promql/plan/route-selector.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import type { SelectorGate } from '../gate.ts';
import { toPlanShard } from '../to-plan-shard.ts';

export interface ShardMatches {
  /** `match[]` for the shard as text; undefined where none of the selectors can have anything there. */
  texts(shard: ShardConfig): readonly string[] | undefined;
}

/** What the selectors of a request mean on each shard. */
export function shardMatches(selectors: readonly Selector[], config: Config, gate: SelectorGate): ShardMatches {
  const enforced = selectors.map(({ matchers }) => gate.enforce(matchers));
  return {
    texts(shard) {
      const planShard = toPlanShard(shard, config);
      const branches = enforced.flatMap(
        (matchers: readonly Matcher[]) => routeSelector(matchers, planShard, config.global.replicaLabels).branches,
      );
      return branches.length === 0 ? undefined : branches.map((matchers) => formatSelector({ matchers }));
    },
  };
}
