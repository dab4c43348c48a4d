import { METRIC_NAME, labelValue } from '../../model/label-set.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { BinaryExpr, VectorMatching } from '../ast/ast.ts';
import { withLabel } from '../functions/label-functions.ts';
import { computeFloats, computeHistograms, isComparison, type Sample } from './binary-sample.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Evaluation } from './evaluation.ts';
import { formatLabels } from './format-labels.ts';
import { dropLabels, dropMetricName, keepLabels } from './label-groups.ts';
import { matchLabels, SignatureTable } from './match-signature.ts';
import { sameLabels } from './merge-same-labels.ts';
import { QueryError } from './query-error.ts';
import { ABSENT, PRESENT, type SeriesBlock } from './series-block.ts';

export interface Operands {
  readonly left: SeriesBlock;
  readonly right: SeriesBlock;
}

/**
 * Arithmetic or comparison of two vectors, matched by their labels step by step.
 * @throws QueryError `execution` where a match is not unique
 */
export function matchVectors(expr: BinaryExpr, operands: Operands, evaluation: Evaluation): SeriesBlock {
  return new Matcher(expr, operands, evaluation).run();
}

class Matcher {
  readonly #expr: BinaryExpr;
  readonly #matching: VectorMatching;
  readonly #evaluation: Evaluation;
  /** The side of which several series may match one of the other. */
  readonly #many: SeriesBlock;
  readonly #one: SeriesBlock;
  readonly #manyGroups: readonly number[];
  /** By group: the rows of the one side. */
  readonly #oneRows: number[][] = [];
  readonly #groups: number;
  readonly #output: BlockBuilder;
  /** By pair of rows the row of the result. */
  readonly #rowOfPair = new Map<number, number>();

  constructor(expr: BinaryExpr, { left, right }: Operands, evaluation: Evaluation) {
    this.#expr = expr;
    this.#matching = expr.matching!;
    this.#evaluation = evaluation;
    const isSwapped = this.#matching.card === 'one-to-many';
    this.#many = isSwapped ? right : left;
    this.#one = isSwapped ? left : right;
    const table = new SignatureTable(this.#matching);
    for (const [row, labels] of this.#one.labels.entries()) (this.#oneRows[table.numberOf(labels)] ??= []).push(row);
    this.#manyGroups = this.#many.labels.map((labels) => table.numberOf(labels));
    this.#groups = table.size;
    this.#output = new BlockBuilder(left.steps);
  }

  run(): SeriesBlock {
    const { steps } = this.#many;
    // Which row of the one side stands for a group at a step; groups × steps, -1 for none.
    const partners = new Int32Array(this.#groups * steps).fill(-1);
    const taken = new Uint8Array(this.#matching.card === 'one-to-one' ? this.#groups * steps : 0);
    this.#findPartners(partners);
    for (const [row, group] of this.#manyGroups.entries()) {
      if (this.#oneRows[group] === undefined) continue;
      for (let step = 0; step < steps; step++) {
        const partner = partners[group * steps + step]!;
        if (partner === -1 || this.#many.present[row * steps + step] === ABSENT) continue;
        const result = this.#compute(row, partner, step);
        if (result === undefined) continue;
        if (taken.length > 0) {
          if (taken[group * steps + step] === 1)
            throw ambiguous('many-to-one matching must be explicit (group_left/group_right)');
          taken[group * steps + step] = 1;
        }
        this.#write({ row, partner, step }, result);
      }
    }
    return this.#output.toBlock();
  }

  #findPartners(partners: Int32Array): void {
    const { steps, present } = this.#one;
    const manyIsThere = new Uint8Array(steps);
    for (let at = 0; at < this.#many.present.length; at++)
      if (this.#many.present[at] !== ABSENT) manyIsThere[at % steps] = 1;
    for (const [group, rows] of this.#oneRows.entries()) {
      for (const row of rows ?? []) {
        for (let step = 0; step < steps; step++) {
          if (present[row * steps + step] === ABSENT) continue;
          const other = partners[group * steps + step]!;
          if (other !== -1 && manyIsThere[step] === 1) throw this.#duplicate(row, other);
          partners[group * steps + step] = row;
        }
      }
    }
  }

  #duplicate(row: number, other: number): QueryError {
    const labels = this.#one.labels[row]!;
    const group = formatLabels(matchLabels(this.#matching)(labels));
    const side = this.#matching.card === 'one-to-many' ? 'left' : 'right';
    const pair = `[${formatLabels(labels)}, ${formatLabels(this.#one.labels[other]!)}]`;
    return new QueryError(
      'execution',
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ${pair};` +
        'many-to-many matching not allowed: matching labels must be unique on one side',
    );
  }

  /** The value of a pair; undefined where the operator gives none. */
  #compute(row: number, partner: number, step: number): Sample | undefined {
    const { operator, bool } = this.#expr;
    const isSwapped = this.#matching.card === 'one-to-many';
    const many = sampleAt(this.#many, row * this.#many.steps + step);
    const one = sampleAt(this.#one, partner * this.#one.steps + step);
    const left = isSwapped ? one : many;
    const right = isSwapped ? many : one;
    if (typeof left === 'number' && typeof right === 'number') {
      const result = computeFloats(operator, left, right);
      if (!isComparison(operator) || bool) return result;
      return result === 1 ? left : undefined;
    }
    const notes = { annotations: this.#evaluation.options.annotations, span: this.#expr.span };
    const result = computeHistograms(operator, left, right, notes);
    if (typeof result !== 'boolean') return result;
    if (bool) return Number(result);
    return result ? left : undefined;
  }

  #write({ row, partner, step }: { row: number; partner: number; step: number }, result: Sample): void {
    const target = this.#rowOf(row, partner);
    if (this.#output.present[target * this.#output.steps + step] !== ABSENT) {
      if (this.#matching.card === 'one-to-one') throw sameLabels();
      throw ambiguous('grouping labels must ensure unique matches');
    }
    if (typeof result === 'number') this.#output.set(target, step, result);
    else this.#output.setHistogram(target, step, result);
  }

  #rowOf(row: number, partner: number): number {
    const pair = row * this.#one.labels.length + partner;
    const known = this.#rowOfPair.get(pair);
    if (known !== undefined) return known;
    const { labels, dropsName } = this.#resultLabels(row, partner);
    const target = this.#output.rowOf(labels);
    this.#rowOfPair.set(pair, target);
    if (dropsName) this.#output.markDropName(target);
    return target;
  }

  #resultLabels(row: number, partner: number): { labels: SeriesLabels; dropsName: boolean } {
    const { operator, bool } = this.#expr;
    const { card, on, labels: matched, include } = this.#matching;
    const isDelayed = this.#evaluation.options.delayedNameRemoval;
    const dropsName = !isComparison(operator) || bool;
    let labels = this.#many.labels[row]!;
    if (dropsName && !isDelayed) labels = dropMetricName(labels, this.#evaluation.options);
    if (card === 'one-to-one') labels = (on ? keepLabels(matched) : dropLabels(matched))(labels);
    for (const name of include) labels = withLabel(labels, name, labelValue(this.#one.labels[partner]!, name));
    // A name that was marked before stays marked.
    const wasMarked = this.#many.dropName?.[row] === 1;
    return { labels, dropsName: isDelayed && (dropsName || wasMarked) && !include.includes(METRIC_NAME) };
  }
}

function sampleAt({ present, values, histograms }: SeriesBlock, at: number): number | FloatHistogram {
  return present[at] === PRESENT ? values[at]! : histograms![at]!;
}

function ambiguous(advice: string): QueryError {
  return new QueryError('execution', `multiple matches for labels: ${advice}`);
}
