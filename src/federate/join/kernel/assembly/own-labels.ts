import { endOfPlainValue, sharedBytes } from './bytes';
import {
  HIGH,
  LAST,
  LOW,
  MAX_VALUE_BYTES,
  MEMBER_FIELDS,
  NAME_LENGTH,
  OWN_LENGTH,
  PAIR_END,
  PAIR_HEAD,
  PAIR_HIGH,
  PAIR_LOW,
  PAIR_MAY_CHANGE,
  PARAMETERS,
  ROW,
  TABLE,
} from './layout';
import { hashPair, pairHigh, pairLow } from './pair-hash';

const QUOTE: u8 = 0x22;

/**
 * Where the own labels of the line at `at` end, which has the names of the line before and comes after it; the table and the
 * hash are then its own. -1 where that is not so, or where a value needs a closer look: then both are undefined.
 */
export function endOfOwnLabels(at: i32): i32 {
  const previous = load<i32>(MEMBER_FIELDS, LAST);
  const ownLength = load<i32>(PARAMETERS, OWN_LENGTH);
  const maxValueBytes = load<i32>(PARAMETERS, MAX_VALUE_BYTES);
  let low = load<i32>(PARAMETERS, LOW);
  let high = load<i32>(PARAMETERS, HIGH);
  /** Of what is looked at: the row of the pair, where it began in the line before, and by how much it has moved. */
  let row = TABLE;
  let pairStart = load<i32>(PARAMETERS, NAME_LENGTH);
  let moved: i32 = 0;
  let differs = sharedBytes(previous, at, ownLength);
  if (differs === ownLength || !isAfter(load<u8>(at + differs), load<u8>(previous + differs))) return -1;
  do {
    for (let end = load<i32>(row, PAIR_END); end <= differs; end = load<i32>(row, PAIR_END)) {
      store<i32>(row, end + moved, PAIR_END);
      pairStart = end;
      row += ROW;
    }
    const start = at + pairStart + moved + 1;
    const valueStart = start + load<i32>(row, PAIR_HEAD);
    const goesOn = at + differs + moved;
    if (goesOn < valueStart || load<i32>(row, PAIR_MAY_CHANGE) === 0) return -1;
    const quote = endOfPlainValue(goesOn);
    if (quote <= valueStart || quote - valueStart > maxValueBytes) return -1;
    hashPair(start, quote + 1);
    low += pairLow - load<i32>(row, PAIR_LOW);
    high += pairHigh - load<i32>(row, PAIR_HIGH);
    store<i32>(row, pairLow, PAIR_LOW);
    store<i32>(row, pairHigh, PAIR_HIGH);
    pairStart = load<i32>(row, PAIR_END);
    moved = quote + 1 - at - pairStart;
    store<i32>(row, pairStart + moved, PAIR_END);
    row += ROW;
    differs = pairStart + sharedBytes(previous + pairStart, at + pairStart + moved, ownLength - pairStart);
  } while (differs < ownLength);
  for (; pairStart < ownLength; row += ROW) {
    pairStart = load<i32>(row, PAIR_END);
    store<i32>(row, pairStart + moved, PAIR_END);
  }
  store<i32>(PARAMETERS, low, LOW);
  store<i32>(PARAMETERS, high, HIGH);
  return at + ownLength + moved;
}

/** The order of plain values that differ in these bytes: what ends comes before what goes on. */
function isAfter(byte: u8, previous: u8): bool {
  return byte !== QUOTE && (previous === QUOTE || byte > previous);
}
