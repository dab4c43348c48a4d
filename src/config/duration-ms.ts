import { strict as assert } from 'node:assert';
import { parseDuration } from './duration.ts';
import type { RawDuration } from './raw-config.ts';

/** Milliseconds of a duration that the schema found sound. */
export function durationMs(raw: RawDuration): number {
  const parsed = parseDuration(String(raw));
  assert(parsed !== undefined);
  return parsed;
}
