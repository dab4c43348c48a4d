import { envelopeEnd, type Notes } from '../encode/envelope.ts';

/** As much of an answer is held back until its end is known. */
export const HELD_BACK_BYTES: number = 64 * 1024;

const success = Buffer.from('{"status":"success","data":{"resultType":"');
const plainEnd = Buffer.from(']}}');
/** Inside of a string the quotes would be escaped. */
const notesStart = [Buffer.from(']},"warnings":["'), Buffer.from(']},"infos":["')];

/** Whether these first bytes are those of a vector or matrix. */
export function startsAsSuccess(head: Uint8Array): boolean {
  return Buffer.compare(head.subarray(0, success.length), success) === 0;
}

/**
 * The last bytes of an answer, its annotations mapped; undefined where they are not the end of a vector or matrix. `tail`
 * is at least {@link HELD_BACK_BYTES} long unless it is the whole answer.
 */
export function mapEnd(tail: Buffer, mapNotes: (notes: Notes) => Notes): Uint8Array | undefined {
  if (tail.subarray(-plainEnd.length).equals(plainEnd)) return tail;
  const starts = notesStart.map((mark) => tail.lastIndexOf(mark)).filter((at) => at >= 0);
  if (starts.length === 0) return undefined;
  const dataEnd = Math.min(...starts) + ']}'.length;
  const notes = parseNotes(tail.subarray(dataEnd + ','.length).toString('utf8'));
  if (notes === undefined) return undefined;
  return Buffer.concat([tail.subarray(0, dataEnd), Buffer.from(envelopeEnd(mapNotes(notes)))]);
}

function parseNotes(members: string): Notes | undefined {
  try {
    const { warnings = [], infos = [] } = JSON.parse(`{${members}`) as Partial<Notes>;
    return { warnings, infos };
  } catch {
    return undefined;
  }
}
