import { escapeName, isLegacyName, type EscapingScheme } from '../../exposition/escaping.ts';
import { escapeLabelValue } from '../../exposition/label-escape.ts';
import type { WrittenBlock } from '../join/block-writer.ts';

const COMMA_QUOTE = Buffer.from(',"');
const BRACE_QUOTE = Buffer.from('{"');

/**
 * The block as a client gets it that cannot read names in quotes: those in its lines are escaped, its hashes and the
 * names of its families stay. A block without such names is returned as it is. Lines must be in the form that Prometheus
 * writes. @see spec §1.5
 */
export function escapeBlock(block: WrittenBlock, scheme: EscapingScheme): WrittenBlock {
  return scheme === 'allow-utf-8' || !block.hasQuotedNames ? block : rewrite(block, scheme);
}

function rewrite({ buffers, meta, hasQuotedNames }: WrittenBlock, scheme: EscapingScheme): WrittenBlock {
  const bytes = Buffer.from(buffers.bytes, 0, meta.usedBytes);
  const oldEnds = new Uint32Array(buffers.lineEnds, 0, meta.lines);
  const newEnds = new Uint32Array(buffers.lineEnds.byteLength / 4);
  const lines: Buffer[] = [];
  let start = 0;
  let used = 0;
  for (const [index, end] of oldEnds.entries()) {
    const line = escapeLine(bytes.subarray(start, end), scheme);
    lines.push(line);
    used += line.length;
    newEnds[index] = used;
    start = end;
  }
  const segments = meta.segments.map((segment) => ({
    ...segment,
    start: segment.firstLine === 0 ? 0 : newEnds[segment.firstLine - 1]!,
    end: newEnds[segment.firstLine + segment.lines - 1]!,
  }));
  // The buffer goes back to the task as its credit, so it must not be smaller than what it replaces.
  const target = new Uint8Array(Math.max(used, buffers.bytes.byteLength));
  let at = 0;
  for (const line of lines) {
    target.set(line, at);
    at += line.length;
  }
  return {
    buffers: { bytes: target.buffer, lineEnds: newEnds.buffer, hashes: buffers.hashes },
    meta: { segments, usedBytes: used, lines: meta.lines },
    hasQuotedNames,
  };
}

function escapeLine(line: Buffer, scheme: EscapingScheme): Buffer {
  if (!line.includes(BRACE_QUOTE) && !line.includes(COMMA_QUOTE)) return line;
  return Buffer.from(escapeSample(line.toString('utf8'), scheme));
}

const quoted = /"(?:[^"\\]|\\.)*"/sy;
const bareName = /[^{},"= ]+/y;

/** One sample line, LF included, with every name that is not legacy escaped. */
function escapeSample(line: string, scheme: EscapingScheme): string {
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const text = pattern.exec(line)?.[0] ?? '';
    at += text.length;
    return text;
  };
  let metric = take(bareName);
  const pairs: LinePair[] = [];
  if (line[at] === '{') {
    at += 1;
    while (line[at] !== '}') {
      const isBare = line[at] !== '"';
      const name = isBare ? take(bareName) : escapedName(take(quoted), scheme);
      if (line[at] === '=') {
        at += 1;
        // A colon is legal in the names of metrics only.
        pairs.push({ name: name.replaceAll(':', '_'), value: take(quoted), isBare });
      } else {
        metric = name;
      }
      if (line[at] === ',') at += 1;
    }
    at += 1;
  }
  return `${metric}${labelText(pairs)}${line.slice(at)}`;
}

interface LinePair {
  readonly name: string;
  /** Quotes included. */
  readonly value: string;
  readonly isBare: boolean;
}

/** Of names that share an escaped form, the one that needed no escaping stays, else the first. */
function labelText(pairs: readonly LinePair[]): string {
  const byName = new Map<string, LinePair>();
  for (const pair of pairs) {
    if (!byName.has(pair.name) || pair.isBare) byName.set(pair.name, pair);
  }
  if (byName.size === 0) return '';
  return `{${[...byName.values()].map(({ name, value }) => `${name}=${value}`).join(',')}}`;
}

/** `text`: a name between quotes, with the escapes of a label value. */
function escapedName(text: string, scheme: EscapingScheme): string {
  const name = text.slice(1, -1).replace(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  const escaped = escapeName(name, scheme);
  return isLegacyName(escaped) ? escaped : `"${escapeLabelValue(escaped)}"`;
}
