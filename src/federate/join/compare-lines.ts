import { BACKSLASH, EQUALS, OPEN_BRACE, QUOTE } from '../../exposition/text/byte-class.ts';
import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';

/**
 * Orders two lines as Prometheus orders label sets: metric name, then the own labels pair by pair, name and value, the
 * shorter set first; of equal keys, by the text of what is appended to them. 0 only for equal label sets. `equalBytes`: how
 * many bytes of the keys are known to be equal.
 */
export function compareLines(a: SampleLine, b: SampleLine, equalBytes: number): number {
  if (a.hasQuotedName !== b.hasQuotedName) return compareDecoded(a, b);
  const lengthA = a.ownEnd - a.start;
  const lengthB = b.ownEnd - b.start;
  const shared = lengthA < lengthB ? lengthA : lengthB;
  const startA = a.start;
  const startB = b.start;
  const viewA = a.view;
  const viewB = b.view;
  let q = equalBytes;
  while (q < shared) {
    const difference = viewA.getInt32(startA + q, true) ^ viewB.getInt32(startB + q, true);
    if (difference !== 0) {
      q += (31 - Math.clz32(difference & -difference)) >> 3;
      break;
    }
    q += 4;
  }
  // A key that ends where the other goes on is the shorter set, or the shorter metric name.
  if (q >= shared) return lengthA === lengthB ? compareRuns(a, b) : lengthA - lengthB;
  return compareAt(a, b, q);
}

/** Orders two keys that differ at byte `q`, which lies inside both. */
function compareAt(a: SampleLine, b: SampleLine, q: number): number {
  const x = a.bytes[a.start + q]!;
  const y = b.bytes[b.start + q]!;
  const afterEscape = q > 0 && a.bytes[a.start + q - 1] === BACKSLASH;
  if (afterEscape || needsContext(x, a) || needsContext(y, b)) return compareDecoded(a, b);
  // A quote that is not escaped ends a value; a brace right after the metric name ends that.
  if (x === QUOTE || (x === OPEN_BRACE && a.start + q === a.nameEnd)) return -1;
  if (y === QUOTE || (y === OPEN_BRACE && b.start + q === b.nameEnd)) return 1;
  return x - y;
}

/** Whether it depends on where in a key a byte stands what it means: a quote too, where names may stand in quotes. */
function needsContext(byte: number, line: SampleLine): boolean {
  return byte === BACKSLASH || byte === EQUALS || (byte === QUOTE && line.isQuoted);
}

function compareRuns(a: SampleLine, b: SampleLine): number {
  const x = a.run.joined;
  const y = b.run.joined;
  return x === y ? 0 : compareUtf8(x.text, y.text);
}

/** The same order from the decoded parts: for names in quotes and for differences inside escapes and names. */
function compareDecoded(a: SampleLine, b: SampleLine): number {
  const partsA = decodeKey(a);
  const partsB = decodeKey(b);
  const shared = Math.min(partsA.length, partsB.length);
  for (let i = 0; i < shared; i++) {
    const order = compareUtf8(partsA[i]!, partsB[i]!);
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length || compareRuns(a, b);
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The metric name of a line, decoded. */
export function decodeMetricName(line: SampleLine): string {
  if (!line.hasQuotedName) return decoder.decode(line.bytes.subarray(line.start, line.nameEnd));
  return unescaped(line.bytes, line.start + 2, line.nameEnd - 1);
}

/** The metric name of a line, then names and values of its own labels: `[metric, name, value, …]`, decoded. */
export function decodeKey(line: SampleLine): string[] {
  const { bytes, ownEnd } = line;
  const parts = [decodeMetricName(line)];
  let p = line.nameEnd;
  while (p < ownEnd) {
    p += 1;
    const nameEnd = endOfName(bytes, p);
    parts.push(bytes[p] === QUOTE ? unescaped(bytes, p + 1, nameEnd - 1) : decoder.decode(bytes.subarray(p, nameEnd)));
    const valueEnd = endOfQuoted(bytes, nameEnd + 1);
    parts.push(unescaped(bytes, nameEnd + 2, valueEnd - 1));
    p = valueEnd;
  }
  return parts;
}

function endOfName(bytes: Uint8Array, start: number): number {
  return bytes[start] === QUOTE ? endOfQuoted(bytes, start) : bytes.indexOf(EQUALS, start);
}

/** After the quote that ends the string whose opening quote stands at `start`. */
function endOfQuoted(bytes: Uint8Array, start: number): number {
  let p = start + 1;
  while (bytes[p] !== QUOTE) p += bytes[p] === BACKSLASH ? 2 : 1;
  return p + 1;
}

function unescaped(bytes: Uint8Array, start: number, end: number): string {
  const raw = decoder.decode(bytes.subarray(start, end));
  return raw.includes('\\') ? raw.replace(/\\[\\"n]/g, (escape) => (escape[1] === 'n' ? '\n' : escape[1]!)) : raw;
}
