import type { Expr } from '../ast/ast.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import type { Grid } from './grid.ts';
import type { SampleBudget } from './sample-budget.ts';
import type { SeriesBlock } from './series-block.ts';
import type { RawSeries } from '../../model/raw-series.ts';

/** One evaluation under way: what every operator needs, and the way to evaluate its operands. */
export interface Evaluation {
  readonly options: EvaluateOptions;
  /** The steps of the expression at hand; inside a subquery its own. */
  readonly grid: Grid;
  readonly budget: SampleBudget;
  /** The same evaluation on other steps. `@ start()` and `@ end()` go on to mean those of the whole query. */
  on(grid: Grid): Evaluation;
  /** Blocks of an instant vector as they come; the caller owns them. */
  vector(expr: Expr): AsyncIterable<SeriesBlock>;
  /** A whole instant vector. */
  wholeVector(expr: Expr): Promise<SeriesBlock>;
  /** One value per step. */
  scalar(expr: Expr): Promise<Float64Array>;
  /** The value of a string literal, in whatever parentheses. */
  string(expr: Expr): string;
  /** Series under a range: raw samples, or the points of a subquery. */
  ranges(expr: Expr): RangeSource;
}

/** A range vector before its windows are cut. */
export interface RangeSource {
  readonly rangeMs: number;
  /** Right edge of the window of each step, Unix ms; ascending, or all equal. */
  readonly endsMs: Float64Array;
  readonly series: AsyncIterable<readonly RawSeries[]>;
}
