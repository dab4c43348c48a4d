import { METRIC_NAME } from '../../model/label-set.ts';
import type { Call, Expr } from '../ast/ast.ts';
import { hasSeries, valueTypeOf } from '../ast/value-type.ts';
import type { FunctionContext, FunctionImplementation } from '../functions/function-context.ts';
import { functionImplementation } from '../functions/registry.ts';
import { BlockBuilder } from './block-builder.ts';
import { afterNameDrop, dropNames } from './drop-names.ts';
import type { Evaluation } from './evaluation.ts';
import { mergeSameLabels } from './merge-same-labels.ts';
import { cutWindows } from './range-windows.ts';
import { PRESENT, type SeriesBlock } from './series-block.ts';

type Implementation<Shape extends FunctionImplementation['shape']> = Extract<FunctionImplementation, { shape: Shape }>;

/** A call of a function of the registry that gives an instant vector. */
export async function* callBlocks(call: Call, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  const implementation = functionImplementation(call.function)!;
  const complete = withDefaultArgument(call);
  const context = await contextOf(complete, evaluation);
  if (implementation.shape === 'vector') {
    const vectors = complete.args.filter((arg) => valueTypeOf(arg) === 'vector');
    const blocks = [];
    for (const arg of vectors) blocks.push(await evaluation.wholeVector(arg));
    yield mergeSameLabels(implementation.kernel(blocks, context));
    return;
  }
  const operand = complete.args.find(hasSeries)!;
  if (implementation.shape === 'scalar') return;
  const blocks =
    implementation.shape === 'range'
      ? rangeBlocks({ operand, implementation, context }, evaluation)
      : mappedBlocks({ operand, implementation, context }, evaluation);
  if (implementation.keepsName === true) yield* blocks;
  else yield* afterNameDrop(blocks, operand, evaluation);
}

/** Date functions without an argument look at the time of evaluation. */
function withDefaultArgument(call: Call): Call {
  if (call.args.length > 0) return call;
  const time: Expr = { kind: 'call', function: 'time', args: [], span: call.span };
  return { ...call, args: [{ kind: 'call', function: 'vector', args: [time], span: call.span }] };
}

/** Scalars and strings of a call evaluated, for its kernel. */
export async function contextOf(call: Call, evaluation: Evaluation): Promise<FunctionContext> {
  const scalars: (Float64Array | undefined)[] = [];
  const strings: (string | undefined)[] = [];
  for (const arg of call.args) {
    const type = valueTypeOf(arg);
    scalars.push(type === 'scalar' ? await evaluation.scalar(arg) : undefined);
    strings.push(type === 'string' ? evaluation.string(arg) : undefined);
  }
  const { annotations } = evaluation.options;
  const argSpans = call.args.map(({ span }) => span);
  return { grid: evaluation.grid, annotations, span: call.span, argSpans, scalars, strings };
}

interface Application<Shape extends FunctionImplementation['shape']> {
  readonly operand: Expr;
  readonly implementation: Implementation<Shape>;
  readonly context: FunctionContext;
}

async function* rangeBlocks(
  { operand, implementation, context }: Application<'range'>,
  evaluation: Evaluation,
): AsyncGenerator<SeriesBlock, void> {
  const range = evaluation.ranges(operand);
  const { steps } = evaluation.grid;
  for await (const batch of range.series) {
    const builder = new BlockBuilder(steps, batch.length);
    for (const series of batch) {
      evaluation.budget.countRead(series.timestampsMs.length);
      const row = builder.addRow(series.labels);
      const at = row * steps;
      implementation.kernel(
        cutWindows(series, range),
        {
          values: builder.values,
          present: builder.present,
          at,
          setHistogram: (step, histogram) => builder.setHistogram(row, step, histogram),
        },
        context,
      );
      if (!builder.present.subarray(at, at + steps).some((present) => present !== 0)) builder.removeLastRow();
    }
    evaluation.budget.take(builder.rows * steps);
    const block = builder.toBlock();
    yield implementation.keepsName === true ? block : dropNames(block, evaluation);
    evaluation.budget.release(builder.rows * steps);
  }
}

async function* mappedBlocks(
  { operand, implementation, context }: Application<'block'>,
  evaluation: Evaluation,
): AsyncGenerator<SeriesBlock, void> {
  for await (const block of evaluation.vector(operand)) {
    const mapped = implementation.kernel(block, context);
    yield implementation.keepsName === true ? mapped : dropNames(mapped, evaluation);
  }
}

/** `vector(s)`. */
export async function vectorOfScalar(call: Call, evaluation: Evaluation): Promise<SeriesBlock> {
  const values = await evaluation.scalar(call.args[0]!);
  return {
    steps: values.length,
    labels: [[]],
    values: Float64Array.from(values),
    present: new Uint8Array(values.length).fill(PRESENT),
  };
}

/** `scalar(v)`: the value of the one series that is there, else NaN. Histograms do not count. */
export async function scalarOfVector(call: Call, evaluation: Evaluation): Promise<Float64Array> {
  const { steps } = evaluation.grid;
  const result = new Float64Array(steps).fill(NaN);
  const counts = new Uint32Array(steps);
  for await (const { present, values } of evaluation.vector(call.args[0]!)) {
    for (let at = 0; at < present.length; at++) {
      if (present[at] !== PRESENT) continue;
      const step = at % steps;
      counts[step]! += 1;
      result[step] = counts[step] === 1 ? values[at]! : NaN;
    }
  }
  return result;
}

/** `absent(v)` and `absent_over_time(m)`: 1 where there is nothing, with the labels that the selector fixes. */
export async function absentBlock(call: Call, evaluation: Evaluation): Promise<SeriesBlock> {
  const operand = call.args[0]!;
  const { steps } = evaluation.grid;
  const seen = new Uint8Array(steps);
  if (valueTypeOf(operand) === 'matrix') {
    const range = evaluation.ranges(operand);
    for await (const batch of range.series) {
      for (const series of batch) {
        const { from, to } = cutWindows(series, range);
        for (let step = 0; step < steps; step++) if (from[step]! < to[step]!) seen[step] = 1;
      }
    }
  } else {
    for await (const { present } of evaluation.vector(operand)) {
      for (let at = 0; at < present.length; at++) if (present[at] !== 0) seen[at % steps] = 1;
    }
  }
  return {
    steps,
    labels: [fixedLabels(operand)],
    values: new Float64Array(steps).fill(1),
    present: seen.map((wasSeen) => (wasSeen === 1 ? 0 : PRESENT)),
  };
}

/** Labels that a selector, as it was written, fixes by one equality each. */
function fixedLabels(operand: Expr): readonly string[] {
  const bare = operand.kind === 'paren' ? operand.inner : operand;
  const selector = bare.kind === 'matrix-selector' || bare.kind === 'rule-outputs' ? bare.selector : bare;
  if (selector.kind !== 'vector-selector') return [];
  const fixed = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const { name, operator, value } of selector.written ?? selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !fixed.has(name) && !ambiguous.has(name)) fixed.set(name, value);
    else {
      ambiguous.add(name);
      fixed.delete(name);
    }
  }
  return [...fixed]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
}
