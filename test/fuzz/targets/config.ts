import { assertTotal } from '../config/assert-total.ts';
import { exampleConfig } from '../config/example-config.ts';
import { yamlTokens } from '../config/yaml-tokens.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';

const valueTokens = [
  '1e999',
  '-1',
  '5m',
  '100y',
  '1KB',
  'slave:(.+)',
  'job:$1',
  '${',
  'static_configs:',
  'replica_labels:',
  'global:',
  '{up',
  '(?=x)',
  '\u0000',
  '\uFEFF',
];

/** A configuration, or what is wrong with it and where: never anything else. */
export const config: FuzzTarget = {
  name: 'config',
  seeds: bytesOf(['minimal', 'teams', 'regional', 'hashmod-ha', 'environments'].map(exampleConfig)),
  tokens: bytesOf([...yamlTokens, ...valueTokens]),
  run: (input) => assertTotal(Buffer.from(input).toString()),
};
