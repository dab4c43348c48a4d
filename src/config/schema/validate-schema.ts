import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import type { Findings } from '../source/findings.ts';
import type { Pointer } from '../source/pointer.ts';
import { childPointer, parentPointer } from '../source/pointer.ts';
import { configSchema } from './config-schema.ts';
import { formats } from './formats.ts';
import type { SectionSchema } from './json-schema.ts';
import { describeSecret, describeUnknownKey, describeValue } from './describe-violation.ts';

export interface SchemaReport {
  /** Whether the value at `pointer` and all inside it have the right shape (unknown keys aside, which are ignored). */
  isSound(pointer: Pointer): boolean;
}

/** Checks values against a schema and fills in its defaults, in place. */
export type SchemaValidator = (value: unknown, findings: Findings) => SchemaReport;

interface ValidatorOptions {
  readonly schema: SectionSchema;
  readonly describeUnknownKey: typeof describeUnknownKey;
}

/** By default for the main configuration file. */
export function createSchemaValidator(
  options: ValidatorOptions = { schema: configSchema, describeUnknownKey },
): SchemaValidator {
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, allowUnionTypes: true });
  ajv.addVocabulary(['x-expects', 'x-secret']);
  for (const { name, accepts } of Object.values(formats)) ajv.addFormat(name, accepts);
  const validate: ValidateFunction = ajv.compile(options.schema);
  return (value, findings) => {
    validate(value);
    const unsound: Pointer[] = [];
    for (const violation of validate.errors ?? []) {
      const pointer = report(violation, findings, options.describeUnknownKey);
      if (pointer !== undefined) unsound.push(pointer);
    }
    return { isSound: (pointer) => !unsound.some((other) => isAround(pointer, other) || isAround(other, pointer)) };
  };
}

function isAround(outer: Pointer, inner: Pointer): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** Returns what is unsound by it; undefined where the rest can be read all the same. */
function report(
  violation: ErrorObject,
  findings: Findings,
  describeKey: typeof describeUnknownKey,
): Pointer | undefined {
  if (violation.keyword === 'propertyNames') return undefined; // the key's own violation comes beside it
  if (violation.propertyName !== undefined) return reportName(violation, violation.propertyName, findings);
  if (violation.keyword === 'additionalProperties') {
    return reportUnknownKey(violation, findings, describeKey);
  }
  if (violation.keyword === 'uniqueItems') return reportDuplicate(violation, findings);
  return violation.keyword === 'required' ? reportMissing(violation, findings) : reportValue(violation, findings);
}

function reportName(violation: ErrorObject, name: string, findings: Findings): Pointer {
  const at = childPointer(violation.instancePath, name);
  findings.error(at, `expected ${expectation(violation)}`, { part: 'key' });
  return at;
}

function reportUnknownKey(
  { instancePath, params, parentSchema }: ErrorObject,
  findings: Findings,
  describeKey: typeof describeUnknownKey,
): undefined {
  const key = String(params['additionalProperty']);
  const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
  findings.error(childPointer(instancePath, key), describeKey(instancePath, key, known), { part: 'key' });
}

function reportDuplicate({ instancePath, params, data }: ErrorObject, findings: Findings): undefined {
  const later = Math.max(Number(params['i']), Number(params['j']));
  findings.error(childPointer(instancePath, later), `${describeValue((data as unknown[])[later])} is given twice`);
}

function reportMissing({ instancePath, params }: ErrorObject, findings: Findings): Pointer {
  const key = String(params['missingProperty']);
  findings.error(instancePath, `missing key "${key}"`, { part: 'key' });
  return childPointer(instancePath, key);
}

function reportValue(violation: ErrorObject, findings: Findings): Pointer {
  const { instancePath, data, parentSchema } = violation;
  if (data === null && instancePath !== '') {
    const isItem = /^\d+$/.test(instancePath.slice(parentPointer(instancePath).length + 1));
    findings.error(instancePath, `no value given: remove the ${isItem ? 'item' : 'key'} or give it one`, {
      part: 'key',
    });
    return instancePath;
  }
  const got = parentSchema?.['x-secret'] === true ? describeSecret(data) : describeValue(data);
  const isUnquoted = parentSchema?.['type'] === 'string' && (typeof data === 'number' || typeof data === 'boolean');
  const hint = isUnquoted ? `, which is a ${typeof data}: put it in quotes` : '';
  findings.error(instancePath, `expected ${expectation(violation)}, got ${got}${hint}`);
  return instancePath;
}

function expectation({ parentSchema, message }: ErrorObject): string {
  return (parentSchema?.['x-expects'] as string | undefined) ?? message ?? 'another value';
}
