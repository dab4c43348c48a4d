import type { RawSeries } from '../../model/raw-series.ts';
import type { SeriesBlock } from './series-block.ts';

/** What a query evaluates to, on its grid. */
export type QueryValue =
  | { readonly type: 'scalar'; readonly values: Float64Array }
  | { readonly type: 'string'; readonly value: string }
  | {
      readonly type: 'vector';
      /** In the order in which an instant query gives them; a range query sorts by labels. */
      readonly blocks: readonly SeriesBlock[];
      /** The outermost expression orders (sort, topk …): an instant result must keep the order. */
      readonly isOrdered: boolean;
    }
  | { readonly type: 'matrix'; readonly series: readonly RawSeries[] };
