import fc from 'fast-check';
import { bodyOf, linesOf, shards, writings } from '../../property/join/fleet-model.ts';
import { tokens } from './exposition-tokens.ts';

interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(5000),
  remove: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  insert: fc.oneof(
    fc.constantFrom(...tokens),
    fc.uint8Array({ maxLength: 3 }),
    fc.array(fc.constantFrom(...tokens), { maxLength: 4 }).map((parts) => Buffer.concat(parts)),
  ),
});

function mutate(body: Buffer, { at, remove, insert }: Mutation): Buffer {
  const start = body.length === 0 ? 0 : at % (body.length + 1);
  return Buffer.concat([body.subarray(0, start), insert, body.subarray(start + remove)]);
}

/** Bodies of a shard's replicas, each damaged in a few places or in none. */
export const damagedBodies: fc.Arbitrary<{ bodies: Buffer[]; external: readonly Readonly<Record<string, string>>[] }> =
  fc
    .record({
      shard: shards,
      writing: writings,
      mutations: fc.array(fc.array(mutation, { maxLength: 3 }), { minLength: 3, maxLength: 3 }),
    })
    .map(({ shard, writing, mutations }) => ({
      external: shard.external,
      bodies: shard.external.map((_, replica) =>
        mutations[replica]!.reduce(mutate, Buffer.from(bodyOf(linesOf(shard, replica, writing), writing))),
      ),
    }));

/** Bytes of no form, and tokens in no order. */
export const noise: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((parts) => Buffer.concat(parts)),
);
