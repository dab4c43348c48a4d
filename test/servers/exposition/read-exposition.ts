/** One line of a `/federate` body, taken apart independently of the gateway's own parser. */
export interface ExpositionSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As written. */
  readonly value: string;
  /** As written, in ms; undefined where the line has none. */
  readonly timestamp: string | undefined;
  readonly line: string;
}

export interface Exposition {
  /** Name and type of each TYPE line, in order. */
  readonly types: readonly (readonly [name: string, type: string])[];
  readonly samples: readonly ExpositionSample[];
}

const LINE = /^(?:([a-zA-Z_:][a-zA-Z0-9_:]*))?(?:\{(.*)\})? (\S+)(?: (\d+))?$/s;
const PAIR = /^(?:([a-zA-Z_:][a-zA-Z0-9_:]*)|("(?:[^"\\]|\\.)*"))(?:="((?:[^"\\]|\\.)*)")?(?:,|$)/s;

/** Reads a body strictly. @throws an `Error` that names the line it cannot read: a test then fails with it. */
export function readExposition(body: string): Exposition {
  const types: [string, string][] = [];
  const samples: ExpositionSample[] = [];
  if (body !== '' && !body.endsWith('\n')) throw new Error(`the body ends in mid-line: ${body.slice(-100)}`);
  for (const line of body.split('\n').slice(0, -1)) {
    const type = /^# TYPE (\S+|"(?:[^"\\]|\\.)*") (\S+)$/.exec(line);
    if (type) types.push([unquote(type[1]!), type[2]!]);
    else if (!line.startsWith('#')) samples.push(readSample(line));
  }
  return { types, samples };
}

function readSample(line: string): ExpositionSample {
  const parts = LINE.exec(line);
  if (!parts) throw new Error(`not a sample line: ${line}`);
  let name = parts[1];
  let rest = parts[2] ?? '';
  const labels: Record<string, string> = {};
  while (rest !== '') {
    const pair = PAIR.exec(rest);
    if (!pair) throw new Error(`not a label pair: ${rest} in ${line}`);
    rest = rest.slice(pair[0].length);
    const label = pair[1] ?? unquote(pair[2]!);
    if (pair[3] === undefined) name ??= label;
    else if (Object.hasOwn(labels, label)) throw new Error(`label ${label} comes twice in ${line}`);
    else labels[label] = unescape(pair[3]);
  }
  if (name === undefined) throw new Error(`no metric name in ${line}`);
  return { name, labels, value: parts[3]!, timestamp: parts[4], line };
}

function unquote(text: string): string {
  return text.startsWith('"') ? unescape(text.slice(1, -1)) : text;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char));
}

/** Identity of a series: equal for equal label sets whatever their order; empty values count as absent. */
export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels)
    .filter(([label, value]) => value !== '' && label !== '__name__')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, ...pairs.flat()]);
}
