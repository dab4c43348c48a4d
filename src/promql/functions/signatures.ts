import type { ValueType } from '../ast/ast.ts';

export interface FunctionSignature {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** 0: exactly `args`; n > 0: the last `n` may be missing; -1: the last one may be missing or repeated. */
  readonly variadic: number;
  readonly returns: ValueType;
  readonly isExperimental: boolean;
}

const types: Readonly<Record<string, ValueType>> = { v: 'vector', m: 'matrix', s: 'scalar', t: 'string' };

/** `name args[?n|*]`: v vector, m matrix, s scalar, t string; `?n` for n optional ones, `*` for any number of the last. */
const vectorFunctions = `
abs v|absent v|absent_over_time m|acos v|acosh v|asin v|asinh v|atan v|atanh v|avg_over_time m|ceil v|changes m
clamp vss|clamp_max vs|clamp_min vs|cos v|cosh v|count_over_time m|days_in_month v?1|day_of_month v?1|day_of_week v?1
day_of_year v?1|deg v|delta m|deriv m|exp v|floor v|histogram_avg v|histogram_count v|histogram_fraction ssv
histogram_quantile sv|histogram_stddev v|histogram_stdvar v|histogram_sum v|hour v?1|idelta m|increase m|irate m
label_join vttt*|label_replace vtttt|last_over_time m|ln v|log10 v|log2 v|max_over_time m|min_over_time m|minute v?1
month v?1|predict_linear ms|present_over_time m|quantile_over_time sm|rad v|rate m|resets m|round vs?1|sgn v|sin v|sinh v
sort v|sort_desc v|sqrt v|stddev_over_time m|stdvar_over_time m|sum_over_time m|tan v|tanh v|timestamp v|vector s|year v?1`;

const experimentalFunctions = `double_exponential_smoothing mss|info vv?1|mad_over_time m|sort_by_label vt*
sort_by_label_desc vt*|ts_of_last_over_time m|ts_of_max_over_time m|ts_of_min_over_time m`;

const scalarFunctions = 'pi |scalar v|time ';

const signatures: ReadonlyMap<string, FunctionSignature> = new Map(
  [
    ...read(vectorFunctions, { returns: 'vector', isExperimental: false }),
    ...read(experimentalFunctions, { returns: 'vector', isExperimental: true }),
    ...read(scalarFunctions, { returns: 'scalar', isExperimental: false }),
  ].map((signature) => [signature.name, signature]),
);

/** Every function of PromQL 3.5 by its name. */
export function functionSignature(name: string): FunctionSignature | undefined {
  return signatures.get(name);
}

function read(text: string, rest: Pick<FunctionSignature, 'returns' | 'isExperimental'>): readonly FunctionSignature[] {
  return text
    .trim()
    .split(/[|\n]/)
    .map((entry) => {
      const [name, shape = ''] = entry.split(' ') as [string, string?];
      const letters = shape.replace(/[?*].*$/, '');
      const variadic = shape.includes('*') ? -1 : Number(/\?(\d)/.exec(shape)?.[1] ?? 0);
      return { name, args: Array.from(letters, (letter) => types[letter]!), variadic, ...rest };
    });
}
