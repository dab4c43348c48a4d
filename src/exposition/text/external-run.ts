import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { LabelSet } from '../../model/label-set.ts';
import { BytePattern } from './byte-pattern.ts';
import { canonicalPair, HASH_SLACK_BYTES, PartHash } from './label-set-hash.ts';

export type LabelPair = readonly [name: string, value: string];

const INSTANCE = 'instance';
/** Ownership masks are 32-bit words, and tables by mask have to stay small. */
const MAX_MASKED_NAMES = 12;

/** What stands behind a line's own labels when it leaves. Equal texts are one object within a {@link RunNames}. */
export interface OutgoingRun {
  readonly text: string;
  /** Without own labels before it: from the opening brace to the space before the value, or that space alone. */
  readonly opening: BytePattern;
  /** After an own label: from the comma, or from the closing brace, to the space before the value. */
  readonly following: BytePattern;
  /** Sum of the hashes of its pairs: signed 32-bit words. */
  readonly low: number;
  readonly high: number;
  /** Without empty values. */
  readonly labels: LabelSet;
  /** Whether it lacks a shard label or has another value for it. */
  readonly isForeign: boolean;
  /** Whether a label name in it stands in quotes. */
  readonly hasQuotedName: boolean;
}

/** What stands behind a line's own labels when it comes, and what stands there when it leaves. */
export interface ExternalRun {
  /** Bit i: the line has a label {@link RunNames.names}[i] of its own. */
  readonly mask: number;
  /** Whether the line has a label of the name of a replica label itself. */
  readonly ownsReplicaLabel: boolean;
  /** Undefined where the line does not follow Prometheus' rule and has to be rewritten. */
  readonly opening: BytePattern | undefined;
  readonly following: BytePattern | undefined;
  /** The same without `instance=""`, for servers that do not append it. */
  readonly bareOpening: BytePattern | undefined;
  readonly bareFollowing: BytePattern | undefined;
  /** Labels with a value in the run. */
  readonly count: number;
  /** Replica labels stripped. */
  readonly joined: OutgoingRun;
  /** Replica labels retained. */
  readonly kept: OutgoingRun;
}

export interface RunNamesOptions {
  /** External labels of each replica. */
  readonly externalLabels: readonly Readonly<Record<string, string>>[];
  readonly replicaLabels: readonly string[];
  /** Added where a line lacks them. */
  readonly attachedLabels: Readonly<Record<string, string>>;
  readonly shardLabels: Readonly<Record<string, string>>;
}

/** What the replicas of one shard have in common: the label names that matter for runs, and one object per text. */
export class RunNames {
  /** Sorted, unique; the same for all replicas so that ownership masks can be compared between them. */
  readonly names: readonly string[];
  /** Whether a mask can hold all names; if not, every line is rewritten. */
  readonly canMask: boolean;
  readonly attached: readonly LabelPair[];
  readonly replicaLabels: ReadonlySet<string>;
  readonly #shardLabels: readonly LabelPair[];
  readonly #interned = new Map<string, OutgoingRun>();

  constructor(options: RunNamesOptions) {
    this.replicaLabels = new Set(options.replicaLabels);
    this.attached = Object.entries(options.attachedLabels).filter(
      ([name, value]) => value !== '' && !this.replicaLabels.has(name),
    );
    this.#shardLabels = Object.entries(options.shardLabels);
    const external = options.externalLabels.flatMap((labels) => Object.keys(labels));
    const names = new Set([...external, ...this.attached.map(([name]) => name), ...options.replicaLabels, INSTANCE]);
    this.names = [...names].sort(compareUtf8);
    this.canMask = this.names.length <= MAX_MASKED_NAMES;
  }

  /** 0 where {@link RunNames.canMask} is false. */
  maskOf(ownNames: readonly string[]): number {
    let mask = 0;
    if (!this.canMask) return mask;
    for (const name of ownNames) {
      const bit = this.names.indexOf(name);
      if (bit !== -1) mask |= 1 << bit;
    }
    return mask;
  }

  /** `pairs` as they leave, with `instance=""` where neither they nor the line's own labels have an instance. */
  outgoing(pairs: readonly LabelPair[], hasOwn: (name: string) => boolean): OutgoingRun {
    const all = pairs.filter(([name, value]) => name !== INSTANCE || value !== '');
    if (!hasOwn(INSTANCE) && !all.some(([name]) => name === INSTANCE)) all.push([INSTANCE, '']);
    all.sort(([a], [b]) => compareUtf8(a, b));
    const text = textOf(all);
    const known = this.#interned.get(text);
    if (known !== undefined) return known;
    const created = this.#create(text, all);
    if (this.#interned.size < 4096) this.#interned.set(text, created);
    return created;
  }

  #create(text: string, pairs: readonly LabelPair[]): OutgoingRun {
    const { low, high } = hashPairs(pairs);
    const agrees = this.#shardLabels.every((shard) =>
      pairs.some(([name, value]) => name === shard[0] && value === shard[1]),
    );
    return {
      text,
      opening: openingPattern(text),
      following: followingPattern(text),
      low,
      high,
      labels: pairs.filter(([, value]) => value !== '').flat(),
      isForeign: this.#shardLabels.length === 0 || !agrees,
      hasQuotedName: pairs.some((pair) => canonicalPair(...pair).startsWith('"')),
    };
  }
}

/**
 * The runs of external labels that one replica appends: Prometheus appends those of its external labels (and
 * `instance=""`) that the series does not have by name, in name order (spec §1.4). So the names a line has itself
 * decide what has to follow them.
 */
export class ExternalRuns {
  readonly names: RunNames;
  /** Sorted by name; `instance=""` among them unless there is an external label `instance`. */
  readonly appended: readonly LabelPair[];
  readonly #byMask: ExternalRun[] = [];
  readonly #others = new Map<string, ExternalRun>();

  constructor(names: RunNames, externalLabels: Readonly<Record<string, string>>) {
    this.names = names;
    const pairs = Object.entries(externalLabels).filter(([, value]) => value !== '');
    if (!pairs.some(([name]) => name === INSTANCE)) pairs.push([INSTANCE, '']);
    this.appended = pairs.sort(([a], [b]) => compareUtf8(a, b));
  }

  /** The run that Prometheus appends to a line that has the names of `mask` itself. */
  get(mask: number): ExternalRun {
    return (this.#byMask[mask] ??= this.#appendedTo(mask));
  }

  /** The run of a rewritten line: `pairs` are those of its labels that do not count as its own. */
  rewritten(ownNames: readonly string[], pairs: readonly LabelPair[]): ExternalRun {
    const known = ownNames.filter((name) => this.names.names.includes(name));
    const key = JSON.stringify([known, pairs]);
    const run = this.#others.get(key);
    if (run !== undefined) return run;
    const created = this.#create(this.names.maskOf(known), { pairs, owns: (name) => known.includes(name) });
    if (this.#others.size < 4096) this.#others.set(key, created);
    return created;
  }

  #appendedTo(mask: number): ExternalRun {
    const owns = (name: string): boolean => (mask & this.names.maskOf([name])) !== 0;
    const pairs = this.appended.filter(([name]) => !owns(name));
    const text = textOf(pairs);
    const bareText = textOf(pairs.filter(([, value]) => value !== ''));
    return {
      ...this.#create(mask, { pairs, owns }),
      opening: openingPattern(text),
      following: followingPattern(text),
      bareOpening: openingPattern(bareText),
      bareFollowing: followingPattern(bareText),
    };
  }

  #create(mask: number, line: { pairs: readonly LabelPair[]; owns: (name: string) => boolean }): ExternalRun {
    const { pairs, owns } = line;
    const { replicaLabels, attached } = this.names;
    const missing = attached.filter(
      ([name]) => !owns(name) && !pairs.some((pair) => pair[0] === name && pair[1] !== ''),
    );
    const isLeaving = ([name]: LabelPair): boolean => !missing.some((pair) => pair[0] === name);
    const kept = [...pairs.filter(isLeaving), ...missing];
    return {
      mask,
      ownsReplicaLabel: [...replicaLabels].some(owns),
      opening: undefined,
      following: undefined,
      bareOpening: undefined,
      bareFollowing: undefined,
      count: pairs.filter(([, value]) => value !== '').length,
      joined: this.names.outgoing(
        kept.filter(([name]) => !replicaLabels.has(name)),
        owns,
      ),
      kept: this.names.outgoing(kept, owns),
    };
  }
}

function textOf(pairs: readonly LabelPair[]): string {
  return pairs.map(([name, value]) => canonicalPair(name, value)).join(',');
}

function openingPattern(text: string): BytePattern {
  return new BytePattern(text === '' ? ' ' : `{${text}} `);
}

function followingPattern(text: string): BytePattern {
  return new BytePattern(text === '' ? '} ' : `,${text}} `);
}

function hashPairs(pairs: readonly LabelPair[]): { low: number; high: number } {
  const part = new PartHash();
  let low = 0;
  let high = 0;
  for (const [name, value] of pairs) {
    if (value === '') continue;
    const bytes = new TextEncoder().encode(canonicalPair(name, value) + '\0'.repeat(HASH_SLACK_BYTES));
    part.pair(new DataView(bytes.buffer), 0, bytes.length - HASH_SLACK_BYTES);
    low = (low + part.low) | 0;
    high = (high + part.high) | 0;
  }
  return { low, high };
}
