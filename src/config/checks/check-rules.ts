import { RE2JS } from 're2js';
import type { RawAggregationRule } from '../raw-config.ts';
import type { Pointer } from '../source/pointer.ts';
import { childPointer } from '../source/pointer.ts';
import type { CheckContext, Placed } from './check-context.ts';
import { templateFault } from './record-template.ts';

/** Reports aggregation rules that cannot work, and warns of those that never will have an effect. */
export function checkRules(context: CheckContext): void {
  for (const rule of context.rules) {
    checkTemplates(rule, checkSource(rule, context), context);
    checkGrouping(rule, context);
    checkFunction(rule, context);
    checkHold(rule, context);
  }
  warnOfUnreachable(context);
}

/** Undefined where there is no expression that compiles. */
function checkSource(
  { value, pointer }: Placed<Partial<RawAggregationRule>>,
  { findings }: CheckContext,
): RE2JS | undefined {
  if (value.source === undefined) return undefined;
  try {
    return RE2JS.compile(value.source, RE2JS.DOTALL);
  } catch (error) {
    findings.error(childPointer(pointer, 'source'), `invalid RE2 expression: ${regexFault(error)}`);
    return undefined;
  }
}

/** re2js quotes the expression with a flag in front that the file does not have. */
function regexFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace('error parsing regexp: ', '').replace('`(?s)', '`');
}

function checkTemplates(
  { value: rule, pointer }: Placed<Partial<RawAggregationRule>>,
  source: RE2JS | undefined,
  { findings }: CheckContext,
): void {
  const check = (template: string, at: Pointer): void => {
    const fault = templateFault(template, source);
    if (fault !== undefined) findings.error(at, fault);
  };
  if (rule.record !== undefined) check(rule.record, childPointer(pointer, 'record'));
  if (rule.weight !== undefined) check(rule.weight, childPointer(pointer, 'weight'));
  for (const [i, template] of (rule.ratio_of ?? []).entries()) {
    check(template, childPointer(childPointer(pointer, 'ratio_of'), i));
  }
}

function checkGrouping({ value: rule, pointer }: Placed<Partial<RawAggregationRule>>, context: CheckContext): void {
  const { findings, replicaLabels } = context;
  if (rule.by !== undefined && rule.without !== undefined) {
    findings.error(childPointer(pointer, 'without'), 'by and without exclude each other', { part: 'key' });
  }
  for (const [i, name] of (rule.by ?? []).entries()) {
    if (!replicaLabels.includes(name)) continue;
    findings.warning(
      childPointer(childPointer(pointer, 'by'), i),
      `${JSON.stringify(name)} is a replica label (global.replica_labels), which is stripped before rules see a series`,
    );
  }
}

/** An output comes from `function` (with `weight` for avg), or from `ratio_of`, or from `quantile`. */
function checkFunction(
  { value: rule, pointer }: Placed<Partial<RawAggregationRule>>,
  { source, findings }: CheckContext,
): void {
  const functionPointer = childPointer(pointer, 'function');
  const ways = ['ratio_of', 'quantile', 'function'].filter((key) => source.has(childPointer(pointer, key)));
  for (const other of ways.slice(1)) {
    findings.error(childPointer(pointer, other), `${ways[0]} and ${other} exclude each other`, { part: 'key' });
  }
  if (rule.function === 'avg' && !source.has(childPointer(pointer, 'weight'))) {
    findings.error(
      functionPointer,
      'avg needs weight: the metric that holds the number of observations behind each source series',
    );
  }
  if (rule.weight !== undefined && rule.function !== undefined && rule.function !== 'avg') {
    findings.error(childPointer(pointer, 'weight'), 'weight goes with function: avg only', { part: 'key' });
  }
}

function checkHold(
  { value: rule, pointer }: Placed<Partial<RawAggregationRule>>,
  { source, findings }: CheckContext,
): void {
  const at = childPointer(pointer, 'hold_for');
  if (!source.has(at) || rule.on_missing_shard === undefined || rule.on_missing_shard === 'hold') return;
  findings.warning(at, 'has no effect without on_missing_shard: hold', { part: 'key' });
}

function warnOfUnreachable({ rules, source, findings }: CheckContext): void {
  const taken = new Map<string, Pointer>();
  for (const { value: rule, pointer } of rules) {
    if (rule.source === undefined) continue;
    const at = childPointer(pointer, 'source');
    const earlier = taken.get(rule.source);
    if (earlier !== undefined) {
      const { line } = source.position(earlier, 'value');
      findings.warning(at, `never reached: the rule in line ${line} takes the same names and has no continue: true`);
    } else if (rule.continue === false) {
      taken.set(rule.source, at);
    }
  }
}
