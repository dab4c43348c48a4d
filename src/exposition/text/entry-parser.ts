import { GatewayError } from '../../model/errors.ts';
import {
  BACKSLASH,
  byteClass,
  CLOSE_BRACE,
  COMMA,
  DIGIT,
  EQUALS,
  HASH,
  LABEL_PART,
  LABEL_START,
  LF,
  METRIC_PART,
  METRIC_START,
  OPEN_BRACE,
  QUOTE,
  SPACE,
  TAB,
} from './byte-class.ts';
import type { LabelLimits } from './label-limits.ts';
import { invalidEntry } from './parse-error.ts';
import { parseSampleValue } from './sample-value.ts';
import { isUtf8 } from './utf8.ts';

/** `skip`: a blank line, a comment or HELP. `incomplete`: the entry does not end in the bytes that are there. */
export type EntryKind = 'sample' | 'type' | 'skip' | 'incomplete';

const metricTypes: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const MAX_INT64 = 9_223_372_036_854_775_807n;
const endOfBytes = new Error('the entry does not end in the bytes that are there');
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Parses one entry (a line, or several where a quoted value holds line feeds) of text format 0.0.4: accepts exactly what
 * Prometheus' scraper accepts, quirks included (spec §2.1). Complete and slow, it makes strings: the scanner calls it
 * for lines that are not in the form Prometheus itself writes. Fields are valid until the next call.
 */
export class EntryParser {
  /** After the entry's last line feed. */
  end = 0;
  /** The metric name of a sample or a TYPE line, decoded. */
  name = '';
  /** Of a TYPE line. */
  type = '';
  /** Names and values of a sample's labels in the order of the line, decoded; neither unique nor without empty values. */
  readonly labelNames: string[] = [];
  readonly labelValues: string[] = [];
  valueStart = 0;
  valueEnd = 0;
  /** Equal to {@link EntryParser.timestampEnd} where there is no timestamp. */
  timestampStart = 0;
  timestampEnd = 0;
  /** Unix ms; NaN where there is none. */
  timestampMs: number = Number.NaN;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #limit = 0;
  #line = 1;
  #p = 0;
  /** Labels with a value. */
  #count = 0;
  readonly #maxLabels: number;
  readonly #maxLabelValueBytes: number;

  constructor({ maxLabels, maxLabelValueBytes }: LabelLimits) {
    this.#maxLabels = maxLabels;
    this.#maxLabelValueBytes = maxLabelValueBytes;
  }

  /**
   * `bytes[start, limit)` must hold the whole entry, else the answer is `incomplete`. `line` counts from 1.
   * @throws GatewayError `PG_PARSE_INVALID`, `PG_LIMIT_LABELS`, `PG_LIMIT_LABEL_VALUE`
   */
  parse(bytes: Uint8Array, start: number, limit: number, line: number): EntryKind {
    this.#bytes = bytes;
    this.#start = this.#p = start;
    this.#limit = limit;
    this.#line = line;
    try {
      return this.#entry();
    } catch (error) {
      if (error === endOfBytes) return 'incomplete';
      throw error;
    }
  }

  #entry(): EntryKind {
    this.#skipSpace();
    const first = this.#peek();
    if (first === LF) {
      this.end = this.#p + 1;
      return 'skip';
    }
    if (first === HASH) return this.#comment();
    this.#sample(first);
    return 'sample';
  }

  #sample(first: number): void {
    this.labelNames.length = this.labelValues.length = this.#count = 0;
    let named = true;
    if (first === OPEN_BRACE) named = false;
    else if (this.#is(first, METRIC_START)) this.name = this.#nameWithLeadingSpace();
    else this.#refuse('expected a metric name');
    this.#skipSpace();
    if (this.#peek() === OPEN_BRACE) {
      this.#p += 1;
      named = this.#labels(named);
    }
    if (!named) this.#refuse('the metric name is missing');
    this.#suffix();
  }

  /** White space before the name belongs to it: Prometheus' scraper takes the name from where the entry starts. */
  #nameWithLeadingSpace(): string {
    this.#skip(METRIC_PART);
    return this.#text(this.#start, this.#p);
  }

  /** From after the opening brace to after the closing one; whether the metric name is known then. */
  #labels(named: boolean): boolean {
    let hasName = named;
    for (;;) {
      this.#skipSpace();
      if (this.#takeIf(CLOSE_BRACE)) return hasName;
      const isQuoted = this.#peek() === QUOTE;
      const label = isQuoted ? this.#quotedName() : this.#bareLabelName();
      this.#skipSpace();
      const next = this.#peek();
      if (isQuoted && (next === COMMA || next === CLOSE_BRACE)) {
        if (hasName) this.#refuse('a second metric name');
        if (label === '') this.#refuse('an empty metric name');
        this.name = label;
        hasName = true;
        this.#takeIf(COMMA);
        continue;
      }
      if (next !== EQUALS) this.#refuse('expected "=" after the label name');
      this.#p += 1;
      this.#addLabel(label, this.#labelValue());
      this.#skipSpace();
      this.#takeIf(COMMA);
    }
  }

  #addLabel(name: string, value: string): void {
    if (name === '') this.#refuse('an empty label name');
    if (name === '__name__') this.#refuse('label name "__name__" is not unique');
    if (value !== '') this.#count += 1;
    if (this.#count > this.#maxLabels) {
      throw new GatewayError(
        'PG_LIMIT_LABELS',
        `line ${this.#line}: more labels in one series than max_labels_per_series ${this.#maxLabels}`,
        { details: { line: this.#line, limit: this.#maxLabels } },
      );
    }
    this.labelNames.push(name);
    this.labelValues.push(value);
  }

  #bareLabelName(): string {
    const start = this.#p;
    if (!this.#is(this.#peek(), LABEL_START)) this.#refuse('expected a label name');
    this.#skip(LABEL_PART);
    return this.#text(start, this.#p);
  }

  #quotedName(): string {
    const start = this.#p;
    this.#skipQuoted(false);
    if (!isUtf8(this.#bytes, start, this.#p)) this.#refuse('a name that is not UTF-8');
    return this.#unquoted(start);
  }

  #labelValue(): string {
    // Once white space has been seen the scraper's lexer steps over NUL bytes, too.
    if (this.#skipSpace()) while (this.#peek() === 0 || this.#skipSpace()) if (this.#peek() === 0) this.#p += 1;
    const start = this.#p;
    if (this.#peek() !== QUOTE) this.#refuse('expected a label value in double quotes');
    this.#skipQuoted(true);
    if (!isUtf8(this.#bytes, start, this.#p)) this.#refuse('a label value that is not UTF-8');
    this.#checkValueLength(this.#p - start - 2);
    return this.#unquoted(start);
  }

  #checkValueLength(length: number): void {
    const limit = this.#maxLabelValueBytes;
    if (length <= limit) return;
    const line = this.#line;
    const reason = `line ${line}: a label value of ${length} bytes exceeds max_label_value_bytes ${limit}`;
    throw new GatewayError('PG_LIMIT_LABEL_VALUE', reason, { details: { line, limit } });
  }

  #skipQuoted(allowNul: boolean): void {
    for (this.#p += 1; ; this.#p++) {
      let byte = this.#peek();
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        this.#p += 1;
        if (allowNul) while (this.#peek() === 0) this.#p += 1;
        byte = this.#peek();
        if (byte === LF) this.#refuse('a line feed after a backslash');
      }
      if (byte === 0 && !allowNul) this.#refuse('a NUL byte in a name');
    }
    this.#p += 1;
  }

  #unquoted(start: number): string {
    const raw = this.#text(start + 1, this.#p - 1);
    return raw.includes('\\') ? raw.replace(/\\[\\"n]/g, (escape) => (escape[1] === 'n' ? '\n' : escape[1]!)) : raw;
  }

  #suffix(): void {
    this.#skipSpace();
    this.valueStart = this.#p;
    while (!isValueEnd(this.#peek())) this.#p += 1;
    this.valueEnd = this.#p;
    if (this.valueEnd === this.valueStart) this.#refuse('expected a value');
    if (parseSampleValue(this.#bytes, this.valueStart, this.valueEnd) === undefined) {
      this.#p = this.valueStart;
      this.#refuse('invalid value');
    }
    this.#skipSpace();
    this.timestampStart = this.#p;
    this.#skip(DIGIT);
    this.timestampEnd = this.#p;
    this.timestampMs = this.#timestamp();
    this.#skipSpace();
    if (this.#peek() !== LF) this.#refuse('expected a timestamp in milliseconds or the end of the line');
    this.end = this.#p + 1;
  }

  #timestamp(): number {
    const length = this.timestampEnd - this.timestampStart;
    if (length === 0) return Number.NaN;
    const text = this.#text(this.timestampStart, this.timestampEnd);
    if (length > 18 && BigInt(text) > MAX_INT64) this.#refuse('timestamp out of range');
    return Number(text);
  }

  #comment(): EntryKind {
    this.#p += 1;
    const keyword = this.#skipSpace() ? this.#keyword() : undefined;
    if (keyword !== undefined) return this.#metadata(keyword);
    this.#skipLine();
    return 'skip';
  }

  #keyword(): 'HELP' | 'TYPE' | undefined {
    if (this.#limit - this.#p < 5) return undefined;
    const word = this.#text(this.#p, this.#p + 4);
    const after = this.#bytes[this.#p + 4];
    if ((word !== 'HELP' && word !== 'TYPE') || (after !== SPACE && after !== TAB)) return undefined;
    this.#p += 4;
    this.#skipSpace();
    return word;
  }

  #metadata(keyword: 'HELP' | 'TYPE'): EntryKind {
    const nameStart = this.#p;
    const first = this.#peek();
    if (first === QUOTE) this.name = this.#quotedName();
    else if (this.#is(first, METRIC_START)) {
      this.#skip(METRIC_PART);
      this.name = this.#text(nameStart, this.#p);
    } else this.#refuse(`expected a metric name after ${keyword}`);
    const textStart = this.#p;
    this.#skipLine();
    const textEnd = this.#p;
    if (keyword === 'TYPE') {
      this.type = this.#text(textStart + 1, textEnd);
      if (metricTypes.has(this.type)) return 'type';
      this.#p = textStart;
      this.#refuse('invalid metric type');
    }
    if (isUtf8(this.#bytes, Math.min(textStart + 1, textEnd), textEnd)) return 'skip';
    this.#p = textStart;
    return this.#refuse('a HELP text that is not UTF-8');
  }

  /** To the line feed, which then ends the entry. */
  #skipLine(): void {
    const lineEnd = this.#bytes.indexOf(LF, this.#p);
    this.#p = lineEnd === -1 ? this.#limit : Math.min(lineEnd, this.#limit);
    this.#peek();
    this.end = this.#p + 1;
  }

  #text(start: number, end: number): string {
    return decoder.decode(this.#bytes.subarray(start, end));
  }

  #is(byte: number, bits: number): boolean {
    return (byteClass[byte]! & bits) !== 0;
  }

  #skip(bits: number): void {
    while (this.#is(this.#peek(), bits)) this.#p += 1;
  }

  #skipSpace(): boolean {
    const start = this.#p;
    for (let byte = this.#peek(); byte === SPACE || byte === TAB; byte = this.#peek()) this.#p += 1;
    return this.#p > start;
  }

  #takeIf(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#p += 1;
    return true;
  }

  #peek(): number {
    if (this.#p >= this.#limit) throw endOfBytes;
    return this.#bytes[this.#p]!;
  }

  #refuse(reason: string): never {
    throw invalidEntry(
      { bytes: this.#bytes, start: this.#start, at: this.#p, limit: this.#limit, line: this.#line },
      reason,
    );
  }
}

function isValueEnd(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === LF || byte === OPEN_BRACE;
}
