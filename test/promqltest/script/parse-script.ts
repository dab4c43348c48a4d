import type { SeriesLabels } from '../../../src/model/series-labels.ts';
import { compareUtf8 } from '../../../src/model/compare-utf8.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';
import { parseFloatText, parsePoints } from './parse-points.ts';
import type { Command, EvalCommand, Expectation, LoadCommand, SeriesPoints } from './script.ts';

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Reads a script. @throws Error with the line that cannot be read */
export function parseScript(text: string): Command[] {
  const lines = text.split('\n').map((line, index) => ({ number: index + 1, text: line.trim() }));
  const commands: Command[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!;
    i += 1;
    if (line.text === '' || line.text.startsWith('#')) continue;
    const body: Line[] = [];
    if (!line.text.startsWith('clear')) {
      for (; i < lines.length && lines[i]!.text !== '' && !isCommand(lines[i]!.text); i++) {
        if (!lines[i]!.text.startsWith('#')) body.push(lines[i]!);
      }
    }
    try {
      commands.push(parseCommand(line, body));
    } catch (error) {
      throw new Error(`line ${line.number}: ${(error as Error).message}`, { cause: error });
    }
  }
  return commands;
}

function isCommand(text: string): boolean {
  return /^(?:load|load_with_nhcb|clear|eval(?:_\w+)?)\b/.test(text);
}

function parseCommand(line: Line, body: readonly Line[]): Command {
  if (line.text.startsWith('clear')) return { kind: 'clear', line: line.number };
  return line.text.startsWith('load') ? parseLoad(line, body) : parseEval(line, body);
}

function parseLoad(line: Line, body: readonly Line[]): LoadCommand {
  const [word, step] = line.text.split(/\s+/);
  return {
    kind: 'load',
    line: line.number,
    stepMs: parseDurationMs(step!),
    withCustomBuckets: word === 'load_with_nhcb',
    series: body.map(({ text }) => parseSeries(text)),
  };
}

const evalLine =
  /^eval(?:_(fail|warn|info|ordered))?\s+(?:instant(?:\s+at\s+(\S+))?|range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+))\s+(.*)$/s;

function parseEval(line: Line, body: readonly Line[]): EvalCommand {
  const match = evalLine.exec(line.text);
  if (match === null) throw new Error(`cannot read ${line.text}`);
  const [, flag, at, from, to, step, query] = match;
  const isInstant = from === undefined;
  const startMs = parseDurationMs((isInstant ? at : from) ?? '0');
  const stepMs = isInstant ? 1 : parseDurationMs(step!);
  const steps = isInstant ? 1 : Math.floor((parseDurationMs(to!) - startMs) / stepMs) + 1;
  const expectations: Expectation[] = flag === undefined ? [] : [{ what: flag as Expectation['what'] }];
  const rest = { series: [] as SeriesPoints[] } as Partial<EvalCommand> & { series: SeriesPoints[] };
  for (const { text } of body) Object.assign(rest, readExpected(text, expectations, rest.series));
  return {
    kind: 'eval',
    line: line.number,
    query: query!,
    isInstant,
    startMs,
    stepMs,
    steps,
    expectations,
    ...rest,
  };
}

function readExpected(text: string, expectations: Expectation[], series: SeriesPoints[]): Partial<EvalCommand> {
  const range = /^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(text);
  if (range !== null)
    return { rangeVector: { startMs: parseDurationMs(range[1]!), stepMs: parseDurationMs(range[3]!) } };
  const string = /^expect\s+string\s+(.*)$/.exec(text);
  if (string !== null) return { string: unquote(string[1]!) };
  const expected = /^expect\s+(fail|warn|info|no_warn|no_info|ordered)(?:\s+(msg|regex)\s*:\s*(.*))?$/.exec(text);
  const old = /^expected_fail_(message|regexp)\s+(.*)$/.exec(text);
  if (expected !== null) {
    const [, what, how, value] = expected;
    expectations.push({ what: what as Expectation['what'], ...expectedText(how === 'regex', value) });
  } else if (old !== null) {
    expectations.push({ what: 'fail', ...expectedText(old[1] === 'regexp', old[2]) });
  } else if (/^["'`]/.test(text)) {
    return { string: unquote(text) };
  } else if (/^[+-]?(?:\d|\.\d|inf\b|nan\b)[^{\s]*$/i.test(text)) {
    return { scalar: parseFloatText(text) };
  } else {
    series.push(parseSeries(text));
  }
  return {};
}

function expectedText(isPattern: boolean, value: string | undefined): Partial<Expectation> {
  if (value === undefined) return {};
  return isPattern ? { pattern: new RegExp(value) } : { message: value };
}

function unquote(text: string): string {
  const quote = text[0]!;
  const content = text.slice(1, text.lastIndexOf(quote));
  return quote === '`' ? content : (JSON.parse(`"${content.replaceAll(String.raw`\'`, "'")}"`) as string);
}

function parseSeries(text: string): SeriesPoints {
  const end = metricEnd(text);
  return { labels: parseLabels(text.slice(0, end)), points: parsePoints(text.slice(end)) };
}

/** Where the metric ends: behind its closing brace, or at the first blank. */
function metricEnd(text: string): number {
  const match = /^[^\s{]*(?:\s*\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[^}"'`{])*\}(?!\}))?/.exec(text);
  return match?.[0].length ?? 0;
}

function parseLabels(metric: string): SeriesLabels {
  const pairs = parseSelector(metric).matchers.map(({ name, value }) => [name, value] as const);
  return pairs
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => compareUtf8(a, b))
    .flat();
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

function parseDurationMs(text: string): number {
  if (/^-?[\d.]+$/.test(text)) return Number(text) * 1000;
  const sign = text.startsWith('-') ? -1 : 1;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) ms += Number(amount) * unitsMs[unit!]!;
  return sign * ms;
}
