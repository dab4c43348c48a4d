import type { DataSet, DataSetSize, LabelPair } from './data-set.ts';
import { hasSeries } from './gaps.ts';
import { hash32 } from './hash32.ts';
import { sampleValue } from './sample-value.ts';

const SEED = 1;
const STATUS = ['200', '204', '301', '400', '404', '500', '502', '503'];
const METHOD = ['DELETE', 'GET', 'POST', 'PUT'];

/** An application fleet: few families, each with thousands of series (status × handler × instance × method). */
export function createFewFamilies(size: DataSetSize): DataSet {
  const { families = 10, seriesPerFamily = 12_500, gaps = false } = size;
  const perStatus = Math.ceil(seriesPerFamily / STATUS.length);
  const perHandler = METHOD.length * 40;
  return {
    name: 'few-families-many-series',
    families,
    seriesPerFamily,
    familyName: (family) => `http_server_requests_${String(family).padStart(3, '0')}_total`,
    labels(_family, series, shard): LabelPair[] {
      const inStatus = series % perStatus;
      const inHandler = inStatus % perHandler;
      return [
        ['code', STATUS[Math.floor(series / perStatus)]!],
        ['handler', `/api/v1/resource-${String(Math.floor(inStatus / perHandler)).padStart(4, '0')}`],
        ['instance', `app-${shard}-${String(Math.floor(inHandler / METHOD.length)).padStart(3, '0')}.example:8080`],
        ['job', 'api'],
        ['method', METHOD[inHandler % METHOD.length]!],
      ];
    },
    value: (family, series, place) => sampleValue(hash32(SEED + place.shard * 2 + place.replica, family, series)),
    has: (family, series, replica) => hasSeries({ gaps, family, series, replica }),
  };
}
