/**
 * The part of JSON Schema (draft-07) that the configuration uses, and two words of our own: `x-expects` finishes
 * the sentence "expected …" of the message for a wrong value, `x-secret` keeps that value out of it. They are left out of
 * the published schema, as is `format`.
 */
export interface JsonSchema {
  readonly type?: JsonType | readonly JsonType[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly 'x-expects'?: string;
  /** The value never stands in a message. */
  readonly 'x-secret'?: boolean;
}

type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';

/** A mapping whose keys are all known. */
export interface SectionSchema extends JsonSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties: false;
}
