import type { Config, ShardConfig } from '../../config/config.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import { createMatcher, type Matcher, type Selector } from '../../model/matcher.ts';
import { routeSelector } from '../../promql/plan/route-selector.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import { toPlanShard } from '../to-plan-shard.ts';

export interface ShardMatches {
  /** `match[]` for the shard as text; undefined where none of the selectors can have anything there. */
  texts(shard: ShardConfig): readonly string[] | undefined;
}

const named = createMatcher(METRIC_NAME, '!=', '');

/** What the selectors of a request, which have passed the gate, mean on each shard. */
export function shardMatches(selectors: readonly Selector[], config: Config): ShardMatches {
  return {
    texts(shard) {
      const planShard = toPlanShard(shard, config);
      const branches = selectors.flatMap(
        ({ matchers }) => routeSelector(matchers, planShard, config.global.replicaLabels).branches,
      );
      return branches.length === 0
        ? undefined
        : branches.map((matchers) => formatSelector({ matchers: filled(matchers) }));
    },
  };
}

/** Every series has a name, and a server refuses a selector whose matchers all accept the empty value. */
function filled(matchers: readonly Matcher[]): readonly Matcher[] {
  return matchers.every((matcher) => matcher.accepts('')) ? [...matchers, named] : matchers;
}
