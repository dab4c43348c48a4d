import type { SeriesLabels } from '../../model/series-labels.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';

/** The answer of one shard to a part, and how its series get the shard's labels. */
export interface ShardBlocks {
  /** One for each text of the part. */
  readonly blocks: readonly SeriesBlock[];
  readonly attach: (labels: SeriesLabels) => SeriesLabels;
}
