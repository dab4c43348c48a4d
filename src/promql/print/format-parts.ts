import { METRIC_NAME } from '../../model/label-set.ts';
import type { Aggregation, BinaryExpr, VectorMatching, VectorSelector } from '../ast/ast.ts';
import { goQuote } from '../lexer/go-quote.ts';

const plainLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const plainMetric = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** `name{matchers}` without time modifiers; matchers sorted, that which repeats the name left out. */
export function formatSelectorPart({ name, matchers }: VectorSelector): string {
  const texts = matchers
    .filter((matcher) => !(matcher.name === METRIC_NAME && matcher.operator === '=' && matcher.value === name))
    .map((m) => `${plainLabel.test(m.name) ? m.name : goQuote(m.name)}${m.operator}${goQuote(m.value)}`)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (name !== undefined && texts.length === 0) return name;
  return `${name ?? ''}{${texts.join(',')}}`;
}

/** `sum` or `sum by (a) `, as it stands before the opening parenthesis. */
export function formatAggregationHead({ operator, grouping, without }: Aggregation): string {
  if (without) return `${operator} without (${formatLabels(grouping)}) `;
  return grouping.length === 0 ? operator : `${operator} by (${formatLabels(grouping)}) `;
}

/** `+`, `== bool on (a) group_left (b)`. */
export function formatBinaryHead({ operator, bool, matching }: BinaryExpr): string {
  return `${operator}${bool ? ' bool' : ''}${matching === undefined ? '' : formatMatching(matching)}`;
}

function formatMatching({ card, on, labels, include }: VectorMatching): string {
  if (labels.length === 0 && !on && (card === 'one-to-one' || card === 'many-to-many')) return '';
  const text = ` ${on ? 'on' : 'ignoring'} (${formatLabels(labels)})`;
  if (card === 'many-to-one') return `${text} group_left (${formatLabels(include)})`;
  return card === 'one-to-many' ? `${text} group_right (${formatLabels(include)})` : text;
}

function formatLabels(labels: readonly string[]): string {
  return labels.map((label) => (plainMetric.test(label) ? label : goQuote(label))).join(', ');
}
