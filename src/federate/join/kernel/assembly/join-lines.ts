import { areEqual, copy } from './bytes';
import {
  AT,
  HASHES,
  HIGH,
  IS_SAMPLED,
  LAST,
  LIMIT,
  LINE_ENDS,
  LINE_ROOM,
  LOW,
  MAX_LINE_BYTES,
  MEMBER_FIELDS,
  MEMBER_STRIDE,
  MEMBERS,
  NEWER_THAN,
  NEWEST,
  NEXT,
  NOT_NEWER_THAN,
  OUT_BASE,
  OUT_PATTERN_LENGTH,
  OUT_ROOM,
  OUT_USED,
  OUTPUT,
  OWN_LENGTH,
  PARAMETERS,
  PATTERN_BYTES,
  PATTERN_LENGTH,
  PATTERNS,
  RUN_HIGH,
  RUN_LOW,
  SAMPLE_MASK,
  SLACK_BYTES,
  TIMESTAMP,
} from './layout';
import { endOfOwnLabels } from './own-labels';
import { endOfSample } from './sample';

export * from './layout';

/**
 * Joins the lines that all members have next: writes the leader's, and goes on to the line after it, until one is not of
 * the usual form, not everywhere, or finds no room. Returns how many were joined; each member then stands before the next one.
 */
export function joinLines(): i32 {
  const members = load<i32>(PARAMETERS, MEMBERS);
  const room = load<i32>(PARAMETERS, LINE_ROOM);
  let lines = 0;
  let out = OUTPUT;
  for (; lines < room; lines++) {
    const at = load<i32>(MEMBER_FIELDS, AT);
    if (at >= load<i32>(MEMBER_FIELDS, LIMIT)) break;
    const ownEnd = endOfOwnLabels(at);
    if (ownEnd < 0 || !hasSample(0, ownEnd) || !mayLeave()) break;
    if (!followersHave(members, at, ownEnd - at)) break;
    const end = write(out, at, ownEnd);
    if (end < 0) break;
    writeIndex(lines, end);
    out = end;
    store<i32>(PARAMETERS, ownEnd - at, OWN_LENGTH);
    for (let member = 0; member < members; member++) goOn(member);
  }
  store<i32>(PARAMETERS, out - OUTPUT, OUT_USED);
  return lines;
}

function fieldsOf(member: i32): i32 {
  return MEMBER_FIELDS + member * MEMBER_STRIDE;
}

/** Whether the member's external labels and a sample stand at `ownEnd`. */
function hasSample(member: i32, ownEnd: i32): bool {
  const fields = fieldsOf(member);
  const length = load<i32>(fields, PATTERN_LENGTH);
  if (!areEqual(ownEnd, PATTERNS + member * PATTERN_BYTES, length)) return false;
  const end = endOfSample(ownEnd + length, member);
  if (end < 0 || end - load<i32>(fields, AT) > load<i32>(PARAMETERS, MAX_LINE_BYTES)) return false;
  store<i32>(fields, end + 1, NEXT);
  return true;
}

/** Whether the leader's sample leaves, and does so without a further look. */
function mayLeave(): bool {
  const timestamp = load<f64>(MEMBER_FIELDS, TIMESTAMP);
  if (timestamp <= load<f64>(PARAMETERS, NEWER_THAN) || timestamp > load<f64>(PARAMETERS, NOT_NEWER_THAN)) return false;
  if (load<i32>(PARAMETERS, IS_SAMPLED) === 0) return true;
  const low = load<i32>(PARAMETERS, LOW) + load<i32>(PARAMETERS, RUN_LOW);
  return (low & load<i32>(PARAMETERS, SAMPLE_MASK)) !== 0;
}

/** Whether all followers have the leader's series next. */
function followersHave(members: i32, own: i32, ownLength: i32): bool {
  for (let member = 1; member < members; member++) {
    const at = load<i32>(fieldsOf(member), AT);
    if (at >= load<i32>(fieldsOf(member), LIMIT)) return false;
    if (!areEqual(at, own, ownLength) || !hasSample(member, at + ownLength)) return false;
  }
  return true;
}

/** After the leader's line, which is written to `out`; -1 where there is no room. */
function write(out: i32, at: i32, ownEnd: i32): i32 {
  const patternLength = load<i32>(PARAMETERS, OUT_PATTERN_LENGTH);
  const sampleStart = ownEnd + load<i32>(MEMBER_FIELDS, PATTERN_LENGTH);
  const sampleLength = load<i32>(MEMBER_FIELDS, NEXT) - sampleStart;
  const pattern = out + ownEnd - at;
  const sample = pattern + patternLength;
  const end = sample + sampleLength;
  if (end - OUTPUT > load<i32>(PARAMETERS, OUT_ROOM) - SLACK_BYTES) return -1;
  copy(out, at, ownEnd - at);
  copy(pattern, PATTERNS + load<i32>(PARAMETERS, MEMBERS) * PATTERN_BYTES, patternLength);
  copy(sample, sampleStart, sampleLength);
  return end;
}

/** `end`: after the line that was written. */
function writeIndex(line: i32, end: i32): void {
  store<i32>(LINE_ENDS + line * 4, load<i32>(PARAMETERS, OUT_BASE) + end - OUTPUT);
  store<i32>(HASHES + line * 8, load<i32>(PARAMETERS, LOW) + load<i32>(PARAMETERS, RUN_LOW));
  store<i32>(HASHES + line * 8, load<i32>(PARAMETERS, HIGH) + load<i32>(PARAMETERS, RUN_HIGH), 4);
}

function goOn(member: i32): void {
  const fields = fieldsOf(member);
  store<i32>(fields, load<i32>(fields, AT), LAST);
  store<i32>(fields, load<i32>(fields, NEXT), AT);
  store<f64>(fields, max(load<f64>(fields, NEWEST), load<f64>(fields, TIMESTAMP)), NEWEST);
}
