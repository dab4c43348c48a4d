import type { DataSet, DataSetSize } from './data-set.ts';
import { createFewFamilies } from './few-families-many-series.ts';
import { createJobRules } from './job-rules.ts';
import { createManyFamilies } from './many-families.ts';
import { createUniformFamilies } from './uniform-families.ts';

export type DataSetName = 'few-families-many-series' | 'many-families' | 'job-rules' | 'uniform-families';

const factories: Readonly<Record<DataSetName, (size: DataSetSize) => DataSet>> = {
  'few-families-many-series': createFewFamilies,
  'many-families': createManyFamilies,
  'job-rules': createJobRules,
  'uniform-families': createUniformFamilies,
};

export function createDataSet(name: DataSetName, size: DataSetSize = {}): DataSet {
  return factories[name](size);
}
