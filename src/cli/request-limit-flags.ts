import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../config/duration.ts';
import { parseSize } from '../config/size.ts';

/** What a request may be like before anything else is known of it; left out: the defaults of the server. */
export interface RequestLimitFlags {
  readonly requestTimeoutMs?: number;
  readonly maxConnections?: number;
  readonly maxRequestLineBytes?: number;
  readonly maxHeaderBytes?: number;
}

/** Node.js keeps a whole head in memory, as text, for every connection that sends one. */
const maxHeadPartBytes = 64 * 1024 * 1024;
const maxTimeoutMs = 3_600_000;
const maxConnections = 1_000_000;

/** The first two are named as in Prometheus, where the others have no flags. */
export function addRequestLimitFlags(program: Command): void {
  const size = wholeNumber('a size from 1KB to 64MiB', parseSize, { min: 1000, max: maxHeadPartBytes });
  const options: [flag: string, description: string, parse: (text: string) => number][] = [
    [
      '--web.read-timeout <duration>',
      'longest time a request may take to arrive (default: 1m; its head: 30s)',
      wholeNumber('a duration from 1s to 1h', parseDuration, { min: 1000, max: maxTimeoutMs }),
    ],
    [
      '--web.max-connections <count>',
      'most connections at once (default: 4096)',
      wholeNumber('a whole number from 1 to 1000000', Number, { min: 1, max: maxConnections }),
    ],
    ['--web.max-request-line <size>', 'longest request line, query included (default: 1MiB)', size],
    ['--web.max-headers <size>', 'most bytes of header fields (default: 64KiB)', size],
  ];
  for (const [flag, description, parse] of options) program.addOption(new Option(flag, description).argParser(parse));
}

export function readRequestLimitFlags(values: Readonly<Record<string, unknown>>): RequestLimitFlags {
  const names = {
    'web.readTimeout': 'requestTimeoutMs',
    'web.maxConnections': 'maxConnections',
    'web.maxRequestLine': 'maxRequestLineBytes',
    'web.maxHeaders': 'maxHeaderBytes',
  } as const;
  const given = Object.entries(names).filter(([flag]) => values[flag] !== undefined);
  return Object.fromEntries(given.map(([flag, name]) => [name, values[flag]]));
}

function wholeNumber(
  want: string,
  parse: (text: string) => number | undefined,
  { min, max }: { min: number; max: number },
): (text: string) => number {
  return (text) => {
    const value = parse(text);
    if (value === undefined || !Number.isSafeInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`want ${want}`);
    }
    return value;
  };
}
