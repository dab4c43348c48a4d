import type { Random } from './random.ts';

export interface Material {
  readonly corpus: readonly Uint8Array[];
  readonly tokens: readonly Uint8Array[];
}

type Mutation = (input: Buffer, random: Random, material: Material) => Buffer;

const MAX_BYTES = 64 * 1024;
const INTERESTING = [0, 1, 0x0a, 0x20, 0x22, 0x5c, 0x7f, 0x80, 0xc0, 0xed, 0xff] as const;

const replace = (input: Buffer, at: number, removed: number, inserted: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, at), inserted, input.subarray(at + removed)]);

/** A length that is short as a rule. */
const span = (random: Random): number => random.below(random.pick([2, 8, 64, 1024]));

const setByte = (input: Buffer, random: Random, value: (old: number) => number): Buffer => {
  if (input.length === 0) return input;
  const changed = Buffer.from(input);
  const at = random.below(input.length);
  changed[at] = value(input[at]!);
  return changed;
};

const mutations: readonly Mutation[] = [
  (input, random) => setByte(input, random, (old) => old ^ (1 << random.below(8))),
  (input, random) => setByte(input, random, () => random.pick(INTERESTING)),
  (input, random) => setByte(input, random, (old) => old + random.pick([-1, 1])),
  (input, random) => replace(input, random.below(input.length + 1), span(random), Buffer.alloc(0)),
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  (input, random, { tokens }) =>
    tokens.length === 0
      ? input
      : replace(input, random.below(input.length + 1), random.pick([0, 0, 1, 4]), random.pick(tokens)),
  (input, random) => {
    const from = random.below(input.length + 1);
    const copied = input.subarray(from, from + span(random));
    return replace(input, random.below(input.length + 1), 0, copied);
  },
  (input, random, { corpus }) => {
    const other = random.pick(corpus);
    const from = random.below(other.length + 1);
    return replace(input, random.below(input.length + 1), span(random), other.subarray(from, from + span(random)));
  },
];

/** One of the corpus, damaged in one to eight places. */
export function mutate(random: Random, material: Material): Uint8Array {
  let input: Buffer = Buffer.from(random.pick(material.corpus));
  for (let left = 1 + random.below(8); left > 0; left--) input = random.pick(mutations)(input, random, material);
  return input.subarray(0, MAX_BYTES);
}
