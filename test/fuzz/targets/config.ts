import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { checkConfig } from '../../../src/config/check-config.ts';
import { createSchemaValidator } from '../../../src/config/schema/validate-schema.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';

const examples = ['minimal', 'teams', 'regional', 'hashmod-ha', 'environments'].map((name) =>
  readFileSync(new URL(`../../../config/${name}.yml`, import.meta.url), 'utf8').replaceAll(/ *#.*\n/g, '\n'),
);
const validateSchema = createSchemaValidator();

/** A configuration, or what is wrong with it and where: never anything else. */
export const config: FuzzTarget = {
  name: 'config',
  seeds: bytesOf(examples),
  tokens: bytesOf(
    [
      '[',
      ']',
      '{',
      '}',
      ': ',
      '- ',
      '\n',
      '\n  ',
      '"',
      "'",
      '*a',
      '&a ',
      '<<: ',
      '0',
      'null',
      '!',
      '!!binary ',
      '|',
      '>',
      '~',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '\t',
    ].concat([
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
    ]),
  ),
  run(input) {
    const text = Buffer.from(input).toString();
    const lines = text.split('\n').length;
    const { config: checked, messages } = checkConfig(text, { file: 'f', parseSelector, validateSchema });
    assert.equal(
      checked === undefined,
      messages.some(({ severity }) => severity === 'error'),
    );
    for (const { line, column, message } of messages) {
      assert.ok(line >= 1 && line <= lines && column >= 1, `${line}:${column} of ${lines} lines: ${message}`);
    }
  },
};
