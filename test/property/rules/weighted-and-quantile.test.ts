import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ruleConfig } from '../../unit/federate/rules/rule-config.ts';
import { createRuleFleet, outputsOf, type FleetSeries } from '../../unit/federate/rules/rule-fleet.ts';

const shards = ['s0', 's1', 's2'];
const rules = [
  ruleConfig({ source: 'avg', record: 'job:avg', by: ['job'], function: 'avg', weight: 'count', continue: true }),
  ruleConfig({ source: 'avg', record: 'job:ratio', by: ['job'], ratioOf: ['sum', 'count'] }),
  ruleConfig({ source: 'bucket', record: 'job:p90', by: ['job'], quantile: 0.9 }),
];

/** Observations of one instance, e.g. request durations. */
const instance = fc.record({
  shard: fc.nat(shards.length - 1),
  job: fc.constantFrom('api', 'web'),
  observations: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 20 }),
});

const bounds = [10, 25, 50, 90, Infinity];
const leText = (bound: number): string => (bound === Infinity ? '+Inf' : String(bound));

/** What a shard's recording rules would say of an instance. */
function seriesOf({ job, observations }: { job: string; observations: number[] }, id: number): FleetSeries[] {
  const labels = { job, instance: String(id) };
  const sum = observations.reduce((a, b) => a + b, 0);
  return [
    ['avg', labels, sum / observations.length],
    ['sum', labels, sum],
    ['count', labels, observations.length],
    ...bounds.map(
      (bound): FleetSeries => [
        'bucket',
        { ...labels, le: leText(bound) },
        observations.filter((observation) => observation <= bound).length,
      ],
    ),
  ];
}

it('avg, ratio and quantile over shards equal those of all observations in one place', () => {
  fc.assert(
    fc.property(fc.array(instance, { maxLength: 12 }), fc.boolean(), (instances, backwards) => {
      const place = (placeOf: (shard: number) => string): Record<string, FleetSeries[]> => {
        const answers: Record<string, FleetSeries[]> = { s0: [], s1: [], s2: [] };
        for (const [id, one] of instances.entries()) answers[placeOf(one.shard)]!.push(...seriesOf(one, id));
        for (const series of Object.values(answers)) if (backwards) series.reverse();
        return answers;
      };
      const spread = outputsOf(
        createRuleFleet(rules, { shards }).at(
          0,
          place((shard) => shards[shard]!),
        ),
      );
      const together = outputsOf(
        createRuleFleet(rules, { shards }).at(
          0,
          place(() => 's1'),
        ),
      );
      expect(Object.keys(spread)).toEqual(Object.keys(together));
      for (const [job, members] of Map.groupBy(instances, (one) => one.job)) {
        const observations = members.flatMap((one) => one.observations);
        const mean = observations.reduce((a, b) => a + b, 0) / observations.length;
        if (observations.length === 0) expect(spread[`job:avg{job,${job}}`]).toBeNaN();
        else expect(spread[`job:avg{job,${job}}`]).toBeCloseTo(mean, 10);
        expect(spread[`job:ratio{job,${job}}`]).toBe(mean);
        expect(spread[`job:p90{job,${job}}`]).toBe(together[`job:p90{job,${job}}`]);
      }
    }),
  );
});
