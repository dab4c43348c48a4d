import assert from 'node:assert/strict';
import type { ShardJoinOptions } from '../../../src/federate/join/join-options.ts';
import { defaultOptions, randomCuts, runJoin } from '../../property/join/run-join.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { tokens } from '../join/exposition-tokens.ts';
import { limits, listedErrors } from '../join/join-bounds.ts';
import { expositionSeeds } from './exposition.ts';

const options: ShardJoinOptions = {
  ...defaultOptions,
  limits,
  replicas: [
    { externalLabels: { replica: 'a', slave: '0' }, order: 'sorted' },
    { externalLabels: undefined, order: 'unknown' },
  ],
};

/** Two replicas: the same bytes leave however they arrive, each series once. */
export const join: FuzzTarget = {
  name: 'join',
  seeds: expositionSeeds,
  tokens: [...tokens, Buffer.from(',replica="b"')],
  run(input) {
    const middle = input.indexOf(0x0a, input.length / 2) + 1;
    const bodies = [input.subarray(0, middle), input.subarray(middle)];
    const whole = runJoin(options, bodies);
    const pieces = runJoin(options, bodies, { cut: randomCuts(input.length), blockBytes: 512 });
    assert.equal(pieces.text, whole.text, 'cuts of the bodies change what leaves');
    for (const { error } of whole.summary.replicas)
      if (error !== undefined) assert.ok(listedErrors.includes(error.code), error.code);
    const hashes = whole.segments.flatMap((segment) => segment.hashes);
    assert.equal(new Set(hashes).size, hashes.length, 'a series leaves twice');
  },
};
