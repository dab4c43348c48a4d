import { byteClass, METRIC_PART, METRIC_START, SPACE } from './byte-class.ts';
import { BytePattern } from './byte-pattern.ts';

const KEYWORD = new BytePattern('# TYPE ');
const types = ['untyped', 'counter', 'gauge', 'histogram', 'summary'].map((type) => ({
  type,
  pattern: new BytePattern(`${type}\n`),
}));

/**
 * Recognises TYPE lines in the form that Prometheus writes for legacy names; all others are left to
 * {@link EntryParser}. Fields are valid until the next call.
 */
export class TypeLine {
  nameStart = 0;
  nameEnd = 0;
  type = '';
  /** After the line feed. */
  next = 0;

  /** Whether such a line stands at `start`; a line feed must follow somewhere. */
  scan(bytes: Uint8Array, view: DataView, start: number): boolean {
    if (!KEYWORD.isAt(view, start)) return false;
    let p = (this.nameStart = start + KEYWORD.length);
    if ((byteClass[bytes[p]!]! & METRIC_START) === 0) return false;
    while ((byteClass[bytes[p]!]! & METRIC_PART) !== 0) p += 1;
    if (bytes[p] !== SPACE) return false;
    this.nameEnd = p;
    for (const { type, pattern } of types) {
      if (!pattern.isAt(view, p + 1)) continue;
      this.type = type;
      this.next = p + 1 + pattern.length;
      return true;
    }
    return false;
  }
}
