import type { FunctionImplementation } from './function-context.ts';
import { elementwise } from './math-functions.ts';

/** A UTC date; years as far as 64 bits of seconds reach, which JavaScript's own dates do not. */
interface CivilDate {
  /** Within the 400 years around the epoch that have the same calendar. */
  readonly date: Date;
  readonly year: number;
}

const parts: Readonly<Record<string, (civil: CivilDate) => number>> = {
  minute: ({ date }) => date.getUTCMinutes(),
  hour: ({ date }) => date.getUTCHours(),
  day_of_week: ({ date }) => date.getUTCDay(),
  day_of_month: ({ date }) => date.getUTCDate(),
  day_of_year: ({ date }) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
  days_in_month: ({ date }) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  month: ({ date }) => date.getUTCMonth() + 1,
  year: ({ year }) => year,
};

/** Parts of the date that a value stands for, as Unix seconds, in UTC. */
export const dateFunctions: Readonly<Record<string, FunctionImplementation>> = Object.fromEntries(
  Object.entries(parts).map(([name, part]) => [name, elementwise(() => (value) => part(toCivilDate(value)))]),
);

/** The calendar repeats every 400 years. */
const cycleYears = 400;
const cycleSeconds = 146_097 * 86_400;

/**
 * What a server makes of a value that is no 64-bit number of seconds: the smallest of them, which as a date is Sunday, the
 * fourth of December 292,277,026,596. The year 2016 has the same calendar.
 */
const outOfRange: CivilDate = { date: new Date(Date.UTC(2016, 11, 4, 15, 30, 8)), year: 292_277_026_596 };

function toCivilDate(value: number): CivilDate {
  if (!(Math.abs(value) < 2 ** 63)) return outOfRange;
  const seconds = Math.trunc(value);
  const cycles = Math.floor(seconds / cycleSeconds);
  const date = new Date((seconds - cycles * cycleSeconds) * 1000);
  return { date, year: date.getUTCFullYear() + cycles * cycleYears };
}
