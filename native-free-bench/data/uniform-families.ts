import type { DataSet, DataSetSize, LabelPair } from './data-set.ts';
import { hasSeries } from './gaps.ts';
import { hash32 } from './hash32.ts';
import { sampleValue } from './sample-value.ts';

const SEED = 4;
const HANDLERS_PER_TARGET = 20;
const NUMBER_WIDTH = 6;

/**
 * Families that differ in nothing but a number of fixed width in their name: the shape that can be streamed at any size
 * (`patched-families.ts`). A row of 1 M and one of 10 M series differ in the number of families only.
 */
export function createUniformFamilies(size: DataSetSize): DataSet {
  const { families = 125, seriesPerFamily = 1_000, gaps = false } = size;
  return {
    name: 'uniform-families',
    families,
    seriesPerFamily,
    familyName: uniformFamilyName,
    labels: (_family, series, shard): LabelPair[] => [
      ['environment', 'production'],
      ['handler', `/api/v1/resource-${String(Math.floor(series / HANDLERS_PER_TARGET)).padStart(4, '0')}`],
      ['instance', `app-${shard}-${String(series % HANDLERS_PER_TARGET).padStart(3, '0')}.example:8080`],
      ['job', 'api'],
    ],
    // The family plays no part: all families are copies of one.
    value: (_family, series, place) => sampleValue(hash32(SEED + place.shard * 2 + place.replica, series)),
    has: (_family, series, replica) => hasSeries({ gaps, family: 0, series, replica }),
  };
}

export function uniformFamilyName(family: number): string {
  return `http_requests_${String(family).padStart(NUMBER_WIDTH, '0')}_total`;
}

/** Where the number stands in {@link uniformFamilyName}. */
export const uniformFamilyNumber: { readonly offset: number; readonly width: number } = {
  offset: 'http_requests_'.length,
  width: NUMBER_WIDTH,
};
