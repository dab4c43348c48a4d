import type { Config, ShardConfig } from '../../config/config.ts';
import { toLabelSet, type LabelSet } from '../../model/label-set.ts';
import { labelValue } from '../../model/label-set.ts';
import type { Selector } from '../../model/matcher.ts';
import { selectorsOf } from '../../promql/ast/walk.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { ParseError } from '../../promql/parse/parse-error.ts';
import { parseQuery } from '../../promql/parse/parse-query.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { Form } from './ask-replicas.ts';
import { shardMatches } from './shard-matches.ts';

/** What a request for exemplars asks of the shards. */
export interface ExemplarQueries {
  /** The form for a shard; undefined where it has no series that the query selects. */
  formOf(shard: ShardConfig): Form | undefined;
  /** Whether the query selects the series, its shard's labels attached. */
  selects(labels: Readonly<Record<string, string>>): boolean;
}

/**
 * A server looks for exemplars by the selectors of a query alone, so each shard gets these, put in its terms and joined
 * by `or`.
 * @throws QueryError `bad_data` where the query is none
 */
export function exemplarQueries(form: Form, config: Config, gate: SelectorGate): ExemplarQueries {
  const text = form.find(([key]) => key === 'query')?.[1] ?? '';
  const selectors = selectorsIn(text, config).map(({ matchers }) => ({ matchers: gate.enforce(matchers) }));
  const matches = shardMatches(selectors, config);
  const others = form.filter(([key]) => key !== 'query');
  return {
    formOf(shard) {
      const texts = matches.texts(shard);
      return texts && [['query', texts.join(' or ')], ...others];
    },
    selects(labels) {
      const set = toLabelSet(Object.entries(labels));
      return selectors.some((selector) => accepts(selector, set));
    },
  };
}

function selectorsIn(text: string, { query }: Config): readonly Selector[] {
  const { experimentalFunctions } = query;
  try {
    return selectorsOf(parseQuery(text, { experimentalFunctions, durationExpressions: false }));
  } catch (error) {
    if (error instanceof ParseError) throw new QueryError('bad_data', error.message);
    throw error;
  }
}

function accepts({ matchers }: Selector, labels: LabelSet): boolean {
  return matchers.every((matcher) => matcher.accepts(labelValue(labels, matcher.name)));
}
