import { durationPattern } from '../duration.ts';
import { sizePattern } from '../size.ts';
import { formats } from './formats.ts';
import type { JsonSchema, SectionSchema } from './json-schema.ts';

/** Keys in the order of the documentation. Without `required` every key may be left out. */
export function section(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): SectionSchema {
  return {
    type: 'object',
    description,
    properties,
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    'x-expects': 'a mapping',
  };
}

/** A section that is there even where the file leaves it out, so that the defaults inside it apply. */
export function defaultedSection(description: string, properties: Readonly<Record<string, JsonSchema>>): SectionSchema {
  return { ...section(description, properties), default: {} };
}

/** A duration; the bare number 0 is one too. */
export function duration(description: string, fallback?: string): JsonSchema {
  return {
    type: ['string', 'integer'],
    pattern: durationPattern,
    format: formats.duration.name,
    minimum: 0,
    maximum: 0,
    description,
    ...(fallback !== undefined && { default: fallback }),
    'x-expects': formats.duration.expects,
  };
}

/** A duration longer than zero; a `timeout` must also fit a timer. */
export function positiveDuration(
  description: string,
  fallback?: string,
  kind: 'span' | 'timeout' = 'span',
): JsonSchema {
  const format = kind === 'span' ? formats.positiveDuration : formats.timeout;
  return {
    type: 'string',
    pattern: durationPattern.replace('(?=[0-9])', '(?=.*[1-9])'),
    format: format.name,
    description,
    ...(fallback !== undefined && { default: fallback }),
    'x-expects': format.expects,
  };
}

/** A size in bytes. `mayBeZero`: 0 means that there is no limit. */
export function size(description: string, fallback: string | number, zero: 'unlimited' | 'refused'): JsonSchema {
  const format = zero === 'unlimited' ? formats.size : formats.positiveSize;
  return {
    type: ['string', 'integer'],
    pattern: sizePattern,
    format: format.name,
    minimum: zero === 'unlimited' ? 0 : 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
    default: fallback,
    'x-expects': format.expects,
  };
}

export function count(description: string, fallback: number, range: { min: number; max: number }): JsonSchema {
  return {
    type: 'integer',
    minimum: range.min,
    maximum: range.max,
    description,
    default: fallback,
    'x-expects': `a whole number from ${range.min} to ${range.max}`,
  };
}

export function ratio(description: string, fallback?: number): JsonSchema {
  const bounds = { type: 'number', minimum: 0, maximum: 1, description, 'x-expects': 'a number from 0 to 1' } as const;
  return fallback === undefined ? bounds : { ...bounds, default: fallback };
}

export function choice(description: string, values: readonly string[], fallback: string): JsonSchema {
  const expects = `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  return { type: 'string', enum: values, description, default: fallback, 'x-expects': expects };
}

export function flag(description: string, fallback: boolean): JsonSchema {
  return { type: 'boolean', description, default: fallback, 'x-expects': 'true or false' };
}

export function text(description: string, expects: string): JsonSchema {
  return { type: 'string', minLength: 1, description, 'x-expects': expects };
}

/** A value that no message repeats, and all in it. */
export function secret<Schema extends JsonSchema>(schema: Schema): Schema {
  return { ...schema, 'x-secret': true };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
export const headerName: JsonSchema = {
  type: 'string',
  pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
  'x-expects': 'the name of a header',
};

/** The metric name is no label here: it comes from `record`, and no server attaches it. */
export const labelName: JsonSchema = {
  type: 'string',
  minLength: 1,
  pattern: '^(?!__name__$)',
  'x-expects': 'a label name (not empty, not "__name__")',
};

export function list(description: string, items: JsonSchema, options: Partial<JsonSchema> = {}): JsonSchema {
  return { type: 'array', items, description, 'x-expects': 'a list', ...options };
}

/** An unquoted number or boolean is taken as the text it is written as. */
export function labelMapping(description: string): JsonSchema {
  return {
    type: 'object',
    description,
    default: {},
    propertyNames: labelName,
    additionalProperties: {
      type: ['string', 'number', 'boolean'],
      minLength: 1,
      'x-expects': 'a label value that is not empty (an empty label is the same as none)',
    },
    'x-expects': 'a mapping of label names to values',
  };
}
