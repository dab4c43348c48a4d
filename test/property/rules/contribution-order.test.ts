import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ruleConfig } from '../../unit/federate/rules/rule-config.ts';
import { createRuleFleet, outputsOf } from '../../unit/federate/rules/rule-fleet.ts';

const shards = ['s0', 's1'];
const answer = fc.record({ shard: fc.constantFrom(...shards), sampledS: fc.integer({ min: 0, max: 99 }) });

it('in whatever order answers are combined, each shard is stood in for by its newest contribution', () => {
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 12 }), (answers) => {
      const fleet = createRuleFleet([ruleConfig({ onMissingShard: 'partial' })], { shards });
      for (const [i, { shard, sampledS }] of answers.entries()) {
        fleet.at(100 + i, { [shard]: [['slave:x', { slave: shard }, 2 ** sampledS, sampledS]] });
      }
      const newest = shards.map((shard) =>
        Math.max(...answers.filter((one) => one.shard === shard).map(({ sampledS }) => sampledS)),
      );
      const expected = newest.reduce((sum, sampledS) => sum + (sampledS === -Infinity ? 0 : 2 ** sampledS), 0);
      expect(outputsOf(fleet.at(200, { s0: 'failed', s1: 'failed' }))).toEqual({ 'job:x{}': expected });
    }),
  );
});
