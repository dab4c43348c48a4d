import { GatewayError } from '../../model/errors.ts';
import { toLabelSet } from '../../model/label-set.ts';
import { BlockBuilder } from '../../promql/engine/block-builder.ts';
import { parseEnvelope } from './api-envelope.ts';
import { readingAnswer } from './reading-answer.ts';
import type { ReplicaAnswer, ReplicaQuery } from './replica-client.ts';

type Sample = readonly [seconds: number, value: string];

interface Element {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
  readonly histogram?: unknown;
  readonly histograms?: unknown;
}

interface Data {
  readonly resultType: string;
  readonly result: unknown;
  readonly stats?: { readonly samples?: { readonly totalQueryableSamples?: number } };
}

/**
 * What a replica answered to a query.
 * @throws QueryError what the replica says against the query itself; GatewayError `PG_PARSE_INVALID` where it is no answer,
 * `PG_UPSTREAM_STATUS` where the replica could not answer
 */
export function parseAnswer(text: string, asked: AskedReplica): ReplicaAnswer {
  return readingAnswer(asked.replica, () => readAnswer(text, asked));
}

interface AskedReplica {
  readonly replica: string;
  readonly query: ReplicaQuery;
}

function readAnswer(text: string, { replica, query }: AskedReplica): ReplicaAnswer {
  const { data, warnings = [], infos = [] } = parseEnvelope(text, replica);
  const { resultType, result, stats } = (data as Data | undefined) ?? { resultType: '', result: [], stats: undefined };
  const builder = new BlockBuilder(query.grid.steps);
  if (resultType === 'scalar') {
    addElement(builder, { metric: {}, value: result as Sample }, query);
  } else if (resultType === 'vector' || resultType === 'matrix') {
    for (const element of result as readonly Element[]) addElement(builder, element, query);
  } else {
    const reason = `replica ${replica}: the result type "${resultType}" is not one of a vector`;
    throw new GatewayError('PG_PARSE_INVALID', reason, { details: { replica } });
  }
  return { block: builder.toBlock(), warnings, infos, samples: stats?.samples?.totalQueryableSamples ?? 0 };
}

/** Marks an answer that holds what JSON cannot carry whole. */
export class LossyAnswer extends Error {}

function addElement(builder: BlockBuilder, element: Element, { grid }: ReplicaQuery): void {
  if (element.histogram !== undefined || element.histograms !== undefined) {
    throw new LossyAnswer('native histograms lose their schema in JSON');
  }
  const row = builder.addRow(labelsOf(element.metric));
  for (const [seconds, value] of element.values ?? (element.value === undefined ? [] : [element.value])) {
    const step = grid.steps === 1 ? 0 : Math.round((seconds * 1000 - grid.startMs) / grid.stepMs);
    if (step >= 0 && step < grid.steps) builder.set(row, step, parseSampleValue(value));
  }
}

/** The label set of a series as JSON has it. @throws TypeError */
export function labelsOf(metric: Readonly<Record<string, string>>): readonly string[] {
  const pairs = Object.entries(metric);
  if (pairs.some(([, value]) => typeof value !== 'string')) throw new TypeError('a label value is no string');
  return toLabelSet(pairs);
}

/** A sample's value as JSON has it. @throws TypeError */
export function parseSampleValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  if (Number.isNaN(value) && text !== 'NaN') throw new TypeError('a sample value is no number in a string');
  return value;
}
