import { withoutUserInfo } from '../../model/without-user-info.ts';
import { nearestKey } from '../nearest-key.ts';
import type { Pointer } from '../source/pointer.ts';
import { isNotBuiltYet } from './not-built-yet.ts';

const maxShownLength = 60;

/** What is wrong with a key that the section at `sectionPointer` does not have, and what to do about it. */
export function describeUnknownKey(sectionPointer: Pointer, key: string, known: readonly string[]): string {
  if (isNotBuiltYet(sectionPointer, key)) return 'not built yet: remove it';
  if (/^\/shards\/\d+\/static_configs\/\d+$/.test(sectionPointer) && key === 'labels') {
    return "not supported here: use the shard's labels";
  }
  const nearest = nearestKey(key, known);
  return nearest === undefined ? 'unknown key' : `unknown key (did you mean "${nearest}"?)`;
}

/** A value for an error message: short, and without what may be a password in front of an `@`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'a mapping';
  if (value === '') return 'an empty text';
  return JSON.stringify(shorten(withoutUserInfo(value)));
}

/** The same without the value itself. */
export function describeSecret(value: unknown): string {
  if (typeof value === 'string' && value !== '') return 'a text that is not shown here';
  return typeof value === 'number' || typeof value === 'boolean' ? `a ${typeof value}` : describeValue(value);
}

function shorten(text: string): string {
  return text.length <= maxShownLength ? text : `${text.slice(0, maxShownLength)}…`;
}
