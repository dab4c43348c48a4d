import type { ExternalRun } from './external-run.ts';

/**
 * One sample line in canonical form, as offsets into a buffer that it does not own. Its key is `bytes[start, ownEnd)`:
 * the metric name and the line's own labels, sorted by name, each once, none empty, with Prometheus' escapes and
 * without white space: `name`, `name{a="x",b="y"` or `{"quoted.name",a="x"`.
 */
export class SampleLine {
  bytes: Uint8Array = new Uint8Array(0);
  /** Over the same memory; readable for some bytes after the line. */
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  /** End of `name` or `{"quoted.name"`. */
  nameEnd = 0;
  /** Equal to {@link SampleLine.nameEnd} where the line has no labels of its own. */
  ownEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** End of the timestamp; of the value where there is none. */
  end = 0;
  /** Unix ms; NaN where the line has none. */
  timestampMs: number = Number.NaN;
  /** Hash of metric name and own labels: signed 32-bit words. */
  low = 0;
  high = 0;
  run!: ExternalRun;
  /** Whether the metric name or the name of an own label stands in quotes. */
  isQuoted = false;
  /** Whether the metric name stands in quotes. */
  hasQuotedName = false;

  assign(other: SampleLine): void {
    this.bytes = other.bytes;
    this.view = other.view;
    this.start = other.start;
    this.nameEnd = other.nameEnd;
    this.ownEnd = other.ownEnd;
    this.valueStart = other.valueStart;
    this.valueEnd = other.valueEnd;
    this.end = other.end;
    this.timestampMs = other.timestampMs;
    this.low = other.low;
    this.high = other.high;
    this.run = other.run;
    this.isQuoted = other.isQuoted;
    this.hasQuotedName = other.hasQuotedName;
  }
}
