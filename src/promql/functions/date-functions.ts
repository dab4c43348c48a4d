import type { FunctionImplementation } from './function-context.ts';
import { elementwise } from './math-functions.ts';

const parts: Readonly<Record<string, (date: Date) => number>> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_month: (date) => date.getUTCDate(),
  day_of_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
  days_in_month: (date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

/** Parts of the date that a value stands for, as Unix seconds, in UTC. */
export const dateFunctions: Readonly<Record<string, FunctionImplementation>> = Object.fromEntries(
  Object.entries(parts).map(([name, part]) => [
    name,
    elementwise(() => (value) => part(new Date(Math.trunc(value) * 1000))),
  ]),
);
