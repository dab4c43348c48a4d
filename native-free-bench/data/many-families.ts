import type { DataSet, DataSetSize, LabelPair } from './data-set.ts';
import { hasSeries } from './gaps.ts';
import { hash32 } from './hash32.ts';
import { sampleValue } from './sample-value.ts';

const SEED = 2;
const SUBSYSTEM = ['disk', 'memory', 'network', 'process'];

/** An exporter fleet: thousands of families of a few series each, where the cost per family shows. */
export function createManyFamilies(size: DataSetSize): DataSet {
  const { families = 5_000, seriesPerFamily = 25, gaps = false } = size;
  const perSubsystem = Math.ceil(families / SUBSYSTEM.length);
  return {
    name: 'many-families',
    families,
    seriesPerFamily,
    familyName(family) {
      const subsystem = SUBSYSTEM[Math.floor(family / perSubsystem)]!;
      return `node_${subsystem}_counter_${String(family % perSubsystem).padStart(6, '0')}`;
    },
    labels: (_family, series, shard): LabelPair[] => [
      ['datacenter', 'eu-central-1a'],
      ['environment', 'production'],
      ['instance', `node-${shard}-${String(series).padStart(5, '0')}.example:9100`],
      ['job', 'node'],
    ],
    value: (family, series, place) => sampleValue(hash32(SEED + place.shard * 2 + place.replica, family, series)),
    has: (family, series, replica) => hasSeries({ gaps, family, series, replica }),
  };
}
