import type { EscapingScheme } from './escaping.ts';

export interface NegotiatedFormat {
  /** `text/plain; version=0.0.4; charset=utf-8; escaping=<scheme>`, to the byte what Prometheus sends. */
  readonly contentType: string;
  readonly escaping: EscapingScheme;
}

interface AcceptClause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The format of an answer for an `Accept` header. Always text 0.0.4: promgate emits neither OpenMetrics (nor does
 * Prometheus on `/federate`) nor protobuf. What is negotiated is the escaping of names, with Prometheus' rules: clauses
 * are visited by preference up to the first that asks for text 0.0.4, and the last `escaping` seen on the way counts. A
 * clause for protobuf, which would end Prometheus' walk, is passed by.
 */
export function negotiateFormat(accept: string | undefined): NegotiatedFormat {
  let escaping: EscapingScheme = 'underscores';
  for (const { type, subtype, parameters } of sortClauses(parseAccept(accept ?? ''))) {
    const asked = parameters.get('escaping');
    if (isEscapingScheme(asked)) escaping = asked;
    const version = parameters.get('version') ?? '';
    if (type === 'text' && subtype === 'plain' && (version === '' || version === '0.0.4')) break;
  }
  return { contentType: `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`, escaping };
}

function isEscapingScheme(text: string | undefined): text is EscapingScheme {
  return text === 'allow-utf-8' || text === 'underscores' || text === 'dots' || text === 'values';
}

function parseAccept(header: string): AcceptClause[] {
  return header.split(',').flatMap((clause) => {
    const [range = '', ...parameters] = clause.split(';');
    const media = parseRange(range);
    return media === undefined ? [] : [{ ...media, ...parseParameters(parameters) }];
  });
}

function parseRange(range: string): { type: string; subtype: string } | undefined {
  const [type = '', subtype, ...more] = range.split('/').map(trimSpaces);
  if (more.length > 0) return undefined;
  if (subtype !== undefined && subtype !== '') return { type, subtype };
  return type === '*' ? { type, subtype: '*' } : undefined;
}

function parseParameters(texts: readonly string[]): { quality: number; parameters: ReadonlyMap<string, string> } {
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const text of texts) {
    const [name = '', value, ...more] = text.split('=');
    if (value === undefined || value === '' || more.length > 0) continue;
    if (trimSpaces(name) === 'q') quality = toQuality(value);
    else parameters.set(trimSpaces(name), trimSpaces(value));
  }
  return { quality, parameters };
}

/** Text that is no number counts as 0, as for Go's ParseFloat. */
function toQuality(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : 0;
}

/**
 * Prometheus' order of clauses. Its comparison is no order in the strict sense, so the result hangs on the algorithm: an
 * insertion sort, which is what Go uses for up to twelve clauses.
 */
function sortClauses(clauses: readonly AcceptClause[]): readonly AcceptClause[] {
  const sorted: AcceptClause[] = [];
  for (const clause of clauses) {
    let place = sorted.length;
    while (place > 0 && precedes(clause, sorted[place - 1]!)) place--;
    sorted.splice(place, 0, clause);
  }
  return sorted;
}

function precedes(a: AcceptClause, b: AcceptClause): boolean {
  if (a.quality > b.quality) return true;
  return (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');
}

function trimSpaces(text: string): string {
  return text.replace(/^ +| +$/g, '');
}
