import { GatewayError } from '../../model/errors.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import { formatSelector } from '../../promql/selector/format-selector.ts';
import type { ApiRead } from '../../upstream/open-api.ts';
import { jsonTimestamp } from '../encode/json-timestamp.ts';
import { parseEnvelope } from './api-envelope.ts';
import { labelsOf, parseSampleValue } from './parse-answer.ts';
import { readingAnswer } from './reading-answer.ts';
import type { ReplicaRead } from './replica-client.ts';

interface Matrix {
  readonly resultType: string;
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly values?: readonly (readonly [seconds: number, value: string])[];
  }[];
}

/** The form of a query for the raw samples of a selector: those of a range that ends with the read. */
export function rawQueryForm({ matchers, startMs, endMs }: ReplicaRead): NonNullable<ApiRead['form']> {
  // The left edge of a range does not belong to it.
  const range = `${formatSelector({ matchers })}[${endMs - startMs + 1}ms]`;
  return [
    ['query', range],
    ['time', jsonTimestamp(endMs)],
  ];
}

/**
 * The series of the answer to such a query. Stale markers and native histograms are not in it: the query API has no form
 * for the former, and JSON loses what the latter are made of.
 * @throws GatewayError, QueryError as `parseEnvelope`
 */
export function parseRawAnswer(text: string, replica: string, range: RawRange): RawSeries[] {
  return readingAnswer(replica, () => readRawAnswer(text, replica, range));
}

type RawRange = Pick<ReplicaRead, 'startMs' | 'endMs'>;

function readRawAnswer(text: string, replica: string, { startMs, endMs }: RawRange): RawSeries[] {
  const { data } = parseEnvelope(text, replica);
  const { resultType, result } = data as Matrix;
  if (resultType !== 'matrix') {
    const reason = `replica ${replica}: a range of samples was answered with a ${resultType}`;
    throw new GatewayError('PG_PARSE_INVALID', reason, { details: { replica } });
  }
  return result.flatMap(({ metric, values = [] }): RawSeries[] => {
    const samples = values
      .map(([seconds, value]) => ({ timestampMs: Math.round(seconds * 1000), value: parseSampleValue(value) }))
      .filter(({ timestampMs }) => timestampMs >= startMs && timestampMs <= endMs);
    if (samples.length === 0) return [];
    return [
      {
        labels: labelsOf(metric),
        timestampsMs: Float64Array.from(samples, ({ timestampMs }) => timestampMs),
        values: Float64Array.from(samples, ({ value }) => value),
      },
    ];
  });
}
