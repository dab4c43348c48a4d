import type { HashmodRule } from './hashmod-shard.ts';

/** What a planner has to know of a shard. */
export interface PlanShard {
  readonly name: string;
  /** Attached to series that lack them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those of `labels` that no series of the shard carries itself. */
  readonly ownsLabels: readonly string[];
  readonly replicas: number;
  /** Set where the shard holds, of the rule's jobs, the series of one remainder alone. */
  readonly hashmod?: { readonly rule: HashmodRule; readonly index: number };
}
