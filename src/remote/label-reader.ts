import type protobuf from 'protobufjs/minimal.js';

/**
 * Reads the labels of one series after the other. A text that stands at the same place as in the series before is not
 * decoded again: it is the same string, which all who compare it tell at a glance.
 */
export class LabelReader {
  #before: readonly string[] = [];
  #labels: string[] = [];

  /** Begins a series; what {@link LabelReader.read} fills from now on is the result. */
  begin(): string[] {
    this.#before = this.#labels;
    this.#labels = [];
    return this.#labels;
  }

  /** Appends the pair of a `Label` message. */
  read(reader: protobuf.Reader): void {
    const end = reader.uint32() + reader.pos;
    const at = this.#labels.length;
    let name = '';
    let value = '';
    while (reader.pos < end) {
      const field = reader.uint32();
      if (field >>> 3 === 1) name = this.#text(reader, at);
      else if (field >>> 3 === 2) value = this.#text(reader, at + 1);
      else reader.skipType(field & 7);
    }
    this.#labels.push(name, value);
  }

  #text(reader: protobuf.Reader, place: number): string {
    const likely = this.#before[place];
    const start = reader.pos;
    if (likely !== undefined) {
      const length = reader.uint32();
      if (length === likely.length && reader.pos + length <= reader.len && isAt(reader.buf, reader.pos, likely)) {
        reader.pos += length;
        return likely;
      }
      reader.pos = start;
    }
    return reader.string();
  }
}

/** False for what is not ASCII, whatever stands there. */
function isAt(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== bytes[start + i] || code > 0x7f) return false;
  }
  return true;
}
