import assert from 'node:assert/strict';
import { checkConfig } from '../../../src/config/check-config.ts';
import { createSchemaValidator } from '../../../src/config/schema/validate-schema.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';

const validateSchema = createSchemaValidator();

/** Throws unless the text gives a configuration, or errors instead of one, and all that is said of it lies in the file. */
export function assertTotal(text: string): void {
  const lines = text.split('\n').length;
  const { config, messages } = checkConfig(text, { file: 'f', parseSelector, validateSchema });
  assert.equal(
    config === undefined,
    messages.some(({ severity }) => severity === 'error'),
  );
  for (const { line, column, message } of messages) {
    assert.ok(line >= 1 && line <= lines && column >= 1, `${line}:${column} of ${lines} lines: ${message}`);
  }
}
