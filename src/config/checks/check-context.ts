import type { RawAggregationRule, RawDiscovery, RawGlobal, RawShard, RawTenants } from '../raw-config.ts';
import type { ConfigSource } from '../source/config-source.ts';
import type { Findings } from '../source/findings.ts';
import type { Pointer } from '../source/pointer.ts';

/** What a check across fields gets: only what the schema found sound. A key that it found fault with is left out. */
export interface CheckContext {
  readonly source: ConfigSource;
  readonly findings: Findings;
  readonly global: Placed<Partial<RawGlobal>>;
  readonly shards: readonly Placed<Partial<RawShard>>[];
  readonly discovery: Placed<Partial<RawDiscovery>> | undefined;
  readonly rules: readonly Placed<Partial<RawAggregationRule>>[];
  /** Undefined where there are none. */
  readonly tenants: Placed<Partial<RawTenants>> | undefined;
  /** `sharding.hashmod.modulus`; undefined where there is none, or it is unsound. */
  readonly modulus: number | undefined;
  /** Empty where `global.replica_labels` is unsound. */
  readonly replicaLabels: readonly string[];
  /** Lists of selectors, each with where it stands. */
  readonly selectors: readonly Placed<string>[];
}

/** A value and where it stands in the document. */
export interface Placed<T> {
  readonly value: T;
  readonly pointer: Pointer;
}
