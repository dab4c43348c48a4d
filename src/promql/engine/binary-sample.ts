import { addHistograms, subtractHistograms } from '../../model/histogram/add-histograms.ts';
import { equalHistograms } from '../../model/histogram/equal-histograms.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { divideHistogram, scaleHistogram } from '../../model/histogram/scale-histogram.ts';
import type { BinaryOperator, Span } from '../ast/ast.ts';
import { info, warning } from '../functions/warnings.ts';
import type { AnnotationSink } from './annotations.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function isComparison(operator: BinaryOperator): boolean {
  return comparisons.has(operator);
}

export function isSetOperator(operator: BinaryOperator): boolean {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

/** Arithmetic on two floats; of a comparison 1 or 0. */
export function computeFloats(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return power(a, b);
    case 'atan2':
      return Math.atan2(a, b);
    default:
      return compareFloats(operator, a, b) ? 1 : 0;
  }
}

function compareFloats(operator: BinaryOperator, a: number, b: number): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

/** Go's `math.Pow`, which has 1 where JavaScript has NaN. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

/** A sample of either kind; undefined = none. */
export type Sample = number | FloatHistogram;

export interface SampleNotes {
  readonly annotations: AnnotationSink;
  readonly span: Span;
}

/**
 * `a operator b` where at least one is a histogram; undefined, with a note, where they do not go together. Of a comparison
 * true or false.
 */
export function computeHistograms(
  operator: BinaryOperator,
  a: Sample,
  b: Sample,
  notes: SampleNotes,
): FloatHistogram | boolean | undefined {
  if (typeof a === 'number') {
    if (operator === '*' && typeof b !== 'number') return scaleHistogram(b, a);
    return refuse(operator, ['float', 'histogram'], notes);
  }
  if (typeof b === 'number') {
    if (operator === '*') return scaleHistogram(a, b);
    if (operator === '/') return divideHistogram(a, b);
    return refuse(operator, ['histogram', 'float'], notes);
  }
  if (operator === '==' || operator === '!=') return equalHistograms(a, b) === (operator === '==');
  if (operator === '+' || operator === '-') return combine(operator, [a, b], notes);
  return refuse(operator, ['histogram', 'histogram'], notes);
}

function combine(
  operator: '+' | '-',
  [a, b]: readonly [FloatHistogram, FloatHistogram],
  { annotations, span }: SampleNotes,
): FloatHistogram | undefined {
  const result = operator === '+' ? addHistograms(a, b) : subtractHistograms(a, b);
  if ('incompatible' in result) {
    annotations.add(warning(`incompatible bucket layout encountered for binary operator ${operator}`, span));
    return undefined;
  }
  if (result.hasResetCollision) {
    const what = operator === '+' ? 'addition' : 'subtraction';
    annotations.add(warning(`conflicting counter resets during histogram ${what}`, span));
  }
  return operator === '-' ? { ...result.histogram, counterResetHint: 'gauge' } : result.histogram;
}

function refuse(operator: BinaryOperator, [a, b]: readonly [string, string], notes: SampleNotes): undefined {
  const types = `${a} ${operator} ${b}`;
  notes.annotations.add(
    info(`incompatible sample types encountered for binary operator "${operator}": ${types}`, notes.span),
  );
}
