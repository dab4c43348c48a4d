import { METRIC_NAME } from '../../model/label-set.ts';
import type { Aggregation, AggregationOperator, Expr, MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { mapChildren, selectorsOf, walk, withoutParens } from '../ast/walk.ts';
import { valueTypeOf } from '../ast/value-type.ts';
import { functionSignature } from '../functions/signatures.ts';
import { printExpr } from '../print/print-expr.ts';
import { auditText, auditWindowMs } from './audit-text.ts';
import { isEmptyWithout } from './is-empty-without.ts';
import { keptShardLabels } from './kept-shard-labels.ts';
import { perShardLabels, shardLabelsOf, type ShardLabels } from './per-shard.ts';
import type { PlanShard } from './plan-shard.ts';
import type { Combination, Decision, PartShard, PushedPart, QueryPlan } from './query-plan.ts';
import { rewriteSelector } from './rewrite-selector.ts';
import { routeSelector } from './route-selector.ts';
import { isConstant, seriesWiseSelector } from './series-wise.ts';
import { orStrangers, unownedTelling } from './strangers.ts';

export interface PlanContext {
  readonly shards: readonly PlanShard[];
  readonly replicaLabels: readonly string[];
  /** Off: everything is evaluated here. */
  readonly pushDown: boolean;
  /** As the shards' own engines do not: names then live longer than a part. */
  readonly delayedNameRemoval: boolean;
}

/**
 * Decides which parts of a query the shards evaluate: what spec §6 proves to give the same answer, and nothing else. What
 * is left is evaluated here on raw samples.
 */
export function planQuery(expr: Expr, context: PlanContext): QueryPlan {
  const planner = new Planner(context);
  return { expr: planner.plan(expr), parts: planner.parts, decisions: planner.decisions };
}

const combinations: Readonly<Record<string, Combination>> = {
  sum: 'sum',
  count: 'sum',
  avg: 'avg',
  stddev: 'stddev',
  stdvar: 'stdvar',
  count_values: 'sum',
  min: 'min',
  max: 'max',
  group: 'group',
};

class Planner {
  readonly parts: PushedPart[] = [];
  readonly decisions: Decision[] = [];
  readonly #context: PlanContext;
  readonly #shardLabels: ReadonlySet<string>;
  readonly #fleet: ShardLabels;

  constructor(context: PlanContext) {
    this.#context = context;
    this.#fleet = shardLabelsOf(context.shards);
    this.#shardLabels = this.#fleet.names;
  }

  plan(expr: Expr): Expr {
    if (valueTypeOf(expr) === 'vector' && this.#context.pushDown) {
      const fetched =
        this.#oneShard(expr) ??
        this.#perShard(expr) ??
        this.#aggregation(expr) ??
        this.#picking(expr) ??
        this.#series(expr);
      if (fetched !== undefined) return fetched;
    }
    this.#decideHere(expr);
    // The second argument of `info` is no operand, it names labels.
    if (expr.kind === 'call' && expr.function === 'info') {
      return { ...expr, args: [this.plan(expr.args[0]!), ...expr.args.slice(1)] };
    }
    // The points of a subquery lie on steps of their own: nothing below it can be asked for on the query's.
    return expr.kind === 'subquery' || expr.kind === 'matrix-selector' || isAbsentOfSelector(expr)
      ? expr
      : mapChildren(expr, (child) => this.plan(child));
  }

  /** The whole of an expression that only one shard has anything to say about. */
  #oneShard(expr: Expr): Expr | undefined {
    const selectors = selectorsOf(expr);
    const hasOutputs = [...walk(expr)].some(({ kind }) => kind === 'rule-outputs');
    if (selectors.length === 0 || hasOutputs) return undefined;
    const { shards, replicaLabels } = this.#context;
    const asked = new Set(
      selectors.flatMap((selector) =>
        [...shards.keys()].filter(
          (shard) => routeSelector(selector.matchers, shards[shard]!, replicaLabels).branches.length > 0,
        ),
      ),
    );
    const [only] = asked;
    if (asked.size !== 1 || only === undefined) return undefined;
    const attachedLabels = keptShardLabels(expr, this.#shardLabels);
    if (attachedLabels === undefined || [...walk(expr)].some(({ kind }) => kind === 'subquery')) return undefined;
    return this.#push(expr, { combination: 'concat', attachedLabels, texts: (text) => [text(expr)], shards: [only] });
  }

  /** What each shard evaluates for itself, because series of two shards never meet in it. */
  #perShard(expr: Expr): Expr | undefined {
    if (expr.kind === 'vector-selector' || this.#context.delayedNameRemoval) return undefined;
    const attachedLabels = perShardLabels(expr, this.#fleet);
    if (attachedLabels === undefined) return undefined;
    // How far replicas agree is not looked at between the points of a subquery.
    const isAudited = this.#context.shards.some(({ replicas }) => replicas > 1);
    if (isAudited && [...walk(expr)].some(({ kind }) => kind === 'subquery')) return undefined;
    return this.#push(expr, { combination: 'concat', attachedLabels, texts: (text) => [text(expr)], isPerShard: true });
  }

  #aggregation(expr: Expr): Expr | undefined {
    if (expr.kind !== 'aggregation') return undefined;
    const combination = combinations[expr.operator];
    if (combination === undefined || seriesWiseSelector(expr.expr) === undefined) return undefined;
    if (this.#context.delayedNameRemoval && expr.grouping.includes(METRIC_NAME)) return undefined;
    const { parameter } = expr;
    if (parameter?.kind === 'string' && this.#shardLabels.has(parameter.value)) return undefined;
    const asked = askedAs(expr.operator).map((operator): Aggregation => ({ ...expr, operator }));
    return this.#push(expr, {
      reads: seriesWiseSelector(expr.expr)!,
      combination,
      attachedLabels: this.#keptByGrouping(expr),
      texts: (text) => asked.map(text),
    });
  }

  /** The best of all shards are among the best of each. */
  #picking(expr: Expr): Expr | undefined {
    if (expr.kind !== 'aggregation' || (expr.operator !== 'topk' && expr.operator !== 'bottomk')) return undefined;
    if (!isConstant(expr.parameter!) || seriesWiseSelector(expr.expr) === undefined) return undefined;
    if (this.#context.delayedNameRemoval) return undefined;
    // A group may hold series of several shards, which the shard's own label must not keep apart before.
    const fetched = this.#push(expr, {
      reads: seriesWiseSelector(expr.expr)!,
      combination: 'concat',
      attachedLabels: [...this.#shardLabels],
      texts: (text) => [text(expr)],
      fallback: expr.expr,
    });
    return fetched === undefined ? undefined : { ...expr, expr: fetched };
  }

  #series(expr: Expr): Expr | undefined {
    // A bare selector is better read raw: its answer is as large, and nothing of it is lost.
    if (expr.kind === 'vector-selector' || seriesWiseSelector(expr) === undefined) return undefined;
    if (this.#context.delayedNameRemoval) return undefined;
    return this.#push(expr, {
      reads: seriesWiseSelector(expr)!,
      combination: 'concat',
      attachedLabels: [...this.#shardLabels],
      texts: (text) => [text(expr)],
    });
  }

  #keptByGrouping({ grouping, without }: Aggregation): readonly string[] {
    return [...this.#shardLabels].filter((label) => grouping.includes(label) !== without);
  }

  #push(
    expr: Expr,
    part: {
      readonly combination: Combination;
      readonly attachedLabels: readonly string[];
      readonly texts: (text: (expr: Expr) => string) => readonly string[];
      readonly shards?: readonly number[];
      readonly fallback?: Expr;
      readonly isPerShard?: boolean;
      /** The only selector, where series of several shards come together. */
      readonly reads?: VectorSelector | MatrixSelector;
    },
  ): Expr | undefined {
    // Servers refuse them unless they were told otherwise; and what is enforced would get into the labels of `absent`.
    if ([...walk(expr)].some((node) => isExperimental(node) || isGatedAbsent(node))) return undefined;
    const shards: PartShard[] = [];
    for (const index of part.shards ?? this.#context.shards.keys()) {
      const asked = this.#partShard(index, expr, part);
      if (asked === 'inexpressible') return undefined;
      if (asked !== 'nothing') shards.push(asked);
    }
    const { combination, attachedLabels } = part;
    this.parts.push({ fallback: part.fallback ?? expr, combination, attachedLabels, shards });
    const isSingle = part.shards !== undefined;
    this.decisions.push({
      span: expr.span,
      where: isSingle ? 'one shard' : 'shards',
      reason: isSingle ? 'only this shard can have what it selects' : reasonOf(combination, expr, part.isPerShard),
    });
    return { kind: 'fetched', part: this.parts.length - 1, span: expr.span };
  }

  #partShard(
    index: number,
    expr: Expr,
    {
      texts,
      reads,
    }: {
      readonly texts: (text: (expr: Expr) => string) => readonly string[];
      readonly reads?: VectorSelector | MatrixSelector;
    },
  ): PartShard | 'nothing' | 'inexpressible' {
    const { shards, replicaLabels } = this.#context;
    const shard = shards[index]!;
    const rewritten = new Map<VectorSelector, VectorSelector>();
    const empty = new Set<VectorSelector>();
    for (const selector of selectorsOf(expr)) {
      const found = rewriteSelector(selector, shard, replicaLabels);
      if (found === 'inexpressible') return found;
      if (found === 'nothing') empty.add(selector);
      else rewritten.set(selector, found);
    }
    if (isEmptyWithout(expr, empty)) return 'nothing';
    if (empty.size > 0) return 'inexpressible';
    const audited = shard.replicas > 1 ? rangesAndSelectors(expr) : [];
    const telling = reads === undefined ? [] : unownedTelling(shards, index);
    const asked = (selector: VectorSelector | MatrixSelector): VectorSelector | MatrixSelector =>
      replaceSelectors(selector, rewritten) as VectorSelector | MatrixSelector;
    const plain = texts((part) => printExpr(replaceSelectors(part, rewritten)));
    const [first, ...others] = plain;
    return {
      shard: index,
      texts: telling.length === 0 ? plain : [orStrangers(first!, asked(reads!), telling), ...others],
      audits: audited.map((selector) => ({
        text: auditText(asked(selector)),
        windowMs: auditWindowMs(selector),
        readsWindows: selector.kind === 'matrix-selector',
      })),
      ...(telling.length === 0 ? {} : { tellsStrangers: true }),
    };
  }

  #decideHere(expr: Expr): void {
    const reason = reasonHere(expr);
    if (reason !== undefined) this.decisions.push({ span: expr.span, where: 'here', reason });
  }
}

/** What is asked of each shard for an aggregation. */
function askedAs(operator: AggregationOperator): readonly AggregationOperator[] {
  if (operator === 'avg') return ['sum', 'count'];
  return operator === 'stddev' || operator === 'stdvar' ? ['count', 'avg', 'stdvar'] : [operator];
}

function isExperimental(node: Expr): boolean {
  if (node.kind === 'aggregation') return node.operator === 'limitk' || node.operator === 'limit_ratio';
  return node.kind === 'call' && functionSignature(node.function)?.isExperimental === true;
}

/** Its labels are those that the selector fixes, which a vector that was fetched does not tell. */
function isAbsentOfSelector(expr: Expr): boolean {
  if (expr.kind !== 'call' || !expr.function.startsWith('absent')) return false;
  return withoutParens(expr.args[0]!).kind === 'vector-selector';
}

function isGatedAbsent(node: Expr): boolean {
  return (
    node.kind === 'call' &&
    node.function.startsWith('absent') &&
    selectorsOf(node).some(({ written }) => written !== undefined)
  );
}

function reasonOf(combination: Combination, expr: Expr, isPerShard = false): string {
  if (isPerShard && seriesWiseSelector(expr) === undefined) return 'series of two shards never meet in it';
  if (combination === 'concat') return 'every series of the result comes from one series of one shard';
  const operator = expr.kind === 'aggregation' ? expr.operator : combination;
  return `the ${operator} of all shards follows from that of each`;
}

function reasonHere(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'vector-selector':
    case 'matrix-selector':
      return 'raw samples are read from every shard that can have some';
    case 'rule-outputs':
      return 'aggregation rules define it: it is made of their sources, aggregated first and matched then';
    case 'subquery':
      return 'its points lie on steps of their own';
    case 'aggregation':
      return `${expr.operator} over this operand needs the series of all shards at once`;
    case 'binary':
      return 'its operands meet across shards';
    case 'call':
      return `${expr.function} needs the whole of its argument`;
    default:
      return undefined;
  }
}

/** Selectors as audits want them: with their range where they have one. */
function rangesAndSelectors(expr: Expr): (VectorSelector | MatrixSelector)[] {
  return [...walk(expr)].filter((node) => node.kind === 'matrix-selector' || node.kind === 'vector-selector');
}

function replaceSelectors(expr: Expr, rewritten: ReadonlyMap<VectorSelector, VectorSelector>): Expr {
  if (expr.kind === 'vector-selector') return rewritten.get(expr) ?? expr;
  if (expr.kind === 'matrix-selector') return { ...expr, selector: rewritten.get(expr.selector) ?? expr.selector };
  return mapChildren(expr, (child) => replaceSelectors(child, rewritten));
}
