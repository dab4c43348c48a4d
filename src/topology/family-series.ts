/** How many series each metric family of a shard had in one read: plain data. */
export interface FamilySeries {
  /** A key of each family's name, in the order in which the families came: `federate/join/name-key.ts`. */
  readonly keys: Float64Array;
  /** `series[i]` belongs to `keys[i]`. */
  readonly series: Uint32Array;
}

/** What a read of a single replica is held against. */
export interface ExpectedView {
  /** What the last such read gave; undefined where none is remembered. */
  readonly families: FamilySeries | undefined;
}

/** What a read gave that was held against an {@link ExpectedView}. */
export interface CountedFamilies {
  /** Over all replicas that were read. */
  readonly families: FamilySeries;
  /** Whether a single replica gave far fewer than were expected, so that a sibling was looked for. */
  readonly isShort: boolean;
}
