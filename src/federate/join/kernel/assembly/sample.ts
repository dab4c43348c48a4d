import { endOfDigits } from './bytes';
import { MEMBER_FIELDS, MEMBER_STRIDE, TIMESTAMP, TIMESTAMP_AT } from './layout';

const LF: i32 = 0x0a;
const SPACE: i32 = 0x20;
/** As in the scanner: a longer value may be out of range. */
const MAX_VALUE_BYTES: i32 = 150;
const TIMESTAMP_DIGITS: i32 = 13;

/**
 * The line feed after the value and the timestamp at `start`, of which the member's fields then tell; -1 where they have
 * another form than the usual one, or where there is no timestamp.
 */
export function endOfSample(start: i32, member: i32): i32 {
  const valueEnd = endOfValue(start);
  if (valueEnd < 0 || valueEnd - start > MAX_VALUE_BYTES || <i32>load<u8>(valueEnd) !== SPACE) return -1;
  const at = valueEnd + 1;
  const end = at + TIMESTAMP_DIGITS;
  if (<i32>load<u8>(end) !== LF) return -1;
  const fields = MEMBER_FIELDS + member * MEMBER_STRIDE;
  const last = load<i32>(fields, TIMESTAMP_AT);
  // Series of one target have the same one.
  if (load<i64>(at) !== load<i64>(last) || load<i64>(at + 5) !== load<i64>(last + 5)) {
    if (endOfDigits(at) !== end) return -1;
    let timestamp: i64 = 0;
    for (let p = at; p < end; p++) timestamp = timestamp * 10 + <i64>(load<u8>(p) - 0x30);
    store<f64>(fields, <f64>timestamp, TIMESTAMP);
  }
  store<i32>(fields, at, TIMESTAMP_AT);
  return end;
}

/** After the number at `start`, or -1. */
function endOfValue(start: i32): i32 {
  const digits = load<u8>(start) === 0x2d ? start + 1 : start;
  let p = endOfDigits(digits);
  if (p === digits) return endOfSpecialValue(start);
  if (load<u8>(p) === 0x2e) p = endOfDigits(p + 1);
  if (load<u8>(p) !== 0x65) return p;
  const sign = load<u8>(p + 1);
  const exponent = sign === 0x2d || sign === 0x2b ? p + 2 : p + 1;
  p = endOfDigits(exponent);
  // Two digits of exponent cannot make a value too large.
  return p === exponent || p - exponent > 2 ? -1 : p;
}

/** `NaN`, `+Inf`, `-Inf`. */
function endOfSpecialValue(start: i32): i32 {
  const word = load<i32>(start);
  if ((word & 0xffffff) === 0x4e614e) return start + 3;
  return word === 0x666e492b || word === 0x666e492d ? start + 4 : -1;
}
