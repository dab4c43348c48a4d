/** What `function: auto` reads out of a metric name: how to combine its series, or why they cannot be combined. */
export type AutoOperation = { readonly operation: 'sum' | 'min' | 'max' } | { readonly refused: string };

/** Counts of different shards add up, so a name that says `count` is summed, not counted again. */
const deciding: ReadonlyMap<string, 'sum' | 'min' | 'max'> = new Map([
  ['max', 'max'],
  ['min', 'min'],
  ['count', 'sum'],
  ['sum', 'sum'],
]);
const summedAlone = new Set(['rate', 'increase', 'delta', 'irate']);
const notCombinable = new Set(['avg', 'mean', 'ratio', 'quantile', 'median', 'stddev', 'stdvar']);

const percentile = /^p\d/;
const trailingWindow = /(?:\d+(?:ms|[smhdwy]))+$/;
const trailingDigits = /\d+$/;

/**
 * How `function: auto` combines the series of metric `name`, from its operation part alone: what follows the last colon
 * of `level:metric:operations`, newest operation first, split on `_`, windows (`5m` of `rate5m`) stripped.
 *
 * The first of `max`, `min`, `count`, `sum` decides. `rate`, `increase`, `delta` and `irate` with no other word beside
 * them are summed. A word that names something which does not add up, anywhere, refuses the name, and so does an
 * operation part without a known operation. A name with one colon may be `level:metric` as well as `metric:operations`:
 * its second part counts as operations only if every word of it is one. A name without a colon has no operation part.
 */
export function autoOperation(name: string): AutoOperation {
  const colons = name.split(':').length - 1;
  if (colons === 0) return refuse('the name has no operation part (level:metric:operations)');
  const text = name.slice(name.lastIndexOf(':') + 1);
  const words = text.toLowerCase().split('_');
  const operations = words.map(stripWindow).filter((word) => word !== '');
  const obstacle = operations.find((word) => notCombinable.has(word) || percentile.test(word));
  if (obstacle !== undefined) return refuse(obstacleReason(obstacle));
  if (colons === 1 && !operations.every((word) => deciding.has(word) || summedAlone.has(word))) {
    return refuse(`${JSON.stringify(text)} may be a metric without operations (level:metric)`);
  }
  return decide(operations, text);
}

function decide(operations: readonly string[], text: string): AutoOperation {
  for (const word of operations) {
    const operation = deciding.get(word);
    if (operation !== undefined) return { operation };
  }
  const unknown = operations.find((word) => !summedAlone.has(word));
  if (unknown !== undefined)
    return refuse(`operation part ${JSON.stringify(text)}: ${JSON.stringify(unknown)} is no known operation`);
  if (operations.length === 0) return refuse(`operation part ${JSON.stringify(text)} names no operation`);
  return { operation: 'sum' };
}

/** `p95` keeps its digits; `rate5m` becomes `rate`, `quantile95` becomes `quantile`, a lone window becomes nothing. */
function stripWindow(word: string): string {
  if (percentile.test(word)) return word;
  return word.replace(trailingWindow, '').replace(trailingDigits, '');
}

function obstacleReason(word: string): string {
  if (word === 'avg' || word === 'mean') {
    return `${JSON.stringify(word)} does not add up over shards; use function avg with a weight, or ratio_of its sum and count`;
  }
  if (word === 'ratio') return '"ratio" does not add up over shards; use ratio_of the numerator and the denominator';
  if (word === 'stddev' || word === 'stdvar') return `${JSON.stringify(word)} does not add up over shards`;
  return `${JSON.stringify(word)} does not add up over shards; use quantile over the summed classic buckets`;
}

function refuse(reason: string): AutoOperation {
  return { refused: `${reason}; not aggregated` };
}
