import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { apiJson } from './api-json.ts';
import { config } from './config.ts';
import { exposition } from './exposition.ts';
import { startHttpTarget } from './http.ts';
import { join } from './join.ts';
import { promql, selector } from './promql.ts';
import {
  readChunksTarget,
  readFramesTarget,
  readRequestTarget,
  readSamplesTarget,
  readSnappyTarget,
} from './remote-read.ts';

const pureTargets: readonly FuzzTarget[] = [
  exposition,
  join,
  selector,
  promql,
  config,
  apiJson,
  readFramesTarget,
  readChunksTarget,
  readSamplesTarget,
  readSnappyTarget,
  readRequestTarget,
];

/** By name; the last one starts a gateway, to be closed. */
export const fuzzTargets: ReadonlyMap<string, () => Promise<FuzzTarget>> = new Map([
  ...pureTargets.map((target): [string, () => Promise<FuzzTarget>] => [target.name, async () => target]),
  ['http', startHttpTarget],
]);
