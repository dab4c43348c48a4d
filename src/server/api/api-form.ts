import type { FastifyRequest } from 'fastify';
import { parseFormValues, queryOf, type FormValues } from '../form-values.ts';

/** Go's limit of a form in a body. */
export const MAX_FORM_BYTES: number = 10 * 1024 * 1024;

/**
 * The parameters of a request as Go's `Form`: those of the body first, then those of the URL; parts that cannot be read
 * are left out.
 */
export function apiForm(request: FastifyRequest): FormValues {
  const body = typeof request.body === 'string' ? readable(request.body) : new Map<string, readonly string[]>();
  const url = readable(queryOf(request.raw.url ?? ''));
  const merged = new Map<string, readonly string[]>(body);
  for (const [key, values] of url) merged.set(key, [...(merged.get(key) ?? []), ...values]);
  return merged;
}

/** Pair by pair, so that a bad one costs only itself. */
function readable(query: string): FormValues {
  const values = new Map<string, readonly string[]>();
  for (const pair of query.split('&')) {
    try {
      for (const [key, found] of parseFormValues(pair)) values.set(key, [...(values.get(key) ?? []), ...found]);
    } catch {
      // As Go's FormValue: what is no pair is not there.
    }
  }
  return values;
}
