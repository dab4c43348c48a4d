/*
 * Where things stand in the memory of the kernel. Exported constants are globals of the module, so that the caller reads
 * them there and nothing is written down twice.
 */

/** The leader is member 0. */
export const MAX_MEMBERS: i32 = 4;
/** Pairs of a line's own labels. */
export const MAX_PAIRS: i32 = 64;
export const MAX_LINES: i32 = 2048;

/** 32-bit words of what is asked for and of what was found, see the offsets below. */
export const PARAMETERS: i32 = 1024;
export const MEMBERS: i32 = 0;
/** Of the line before: bytes of its metric name, and of its name and own labels; both words of their hash. */
export const NAME_LENGTH: i32 = 8;
export const OWN_LENGTH: i32 = 12;
export const LOW: i32 = 16;
export const HIGH: i32 = 20;
/** Hash of the labels that are put behind the own ones. */
export const RUN_LOW: i32 = 24;
export const RUN_HIGH: i32 = 28;
/** A series whose lower hash word has no bit of this is left to the caller; with `IS_SAMPLED` 0 none is. */
export const SAMPLE_MASK: i32 = 32;
export const IS_SAMPLED: i32 = 36;
export const MAX_LINE_BYTES: i32 = 40;
export const MAX_VALUE_BYTES: i32 = 44;
/** What is added to the ends of lines. */
export const OUT_BASE: i32 = 48;
export const OUT_ROOM: i32 = 52;
export const LINE_ROOM: i32 = 56;
export const OUT_PATTERN_LENGTH: i32 = 60;
/** Bytes that were written. */
export const OUT_USED: i32 = 64;
/** 64-bit floats: timestamps of the leader that leave are newer than the first and not newer than the second. */
export const NEWER_THAN: i32 = 72;
export const NOT_NEWER_THAN: i32 = 80;

/** By member, `MEMBER_STRIDE` bytes each: where its next line begins, and its last one, which for the leader is asked with. */
export const MEMBER_FIELDS: i32 = 1280;
export const MEMBER_STRIDE: i32 = 64;
export const AT: i32 = 0;
export const LAST: i32 = 4;
/** After the last line feed. */
export const LIMIT: i32 = 8;
export const PATTERN_LENGTH: i32 = 12;
/** Newest timestamp, a 64-bit float. */
export const NEWEST: i32 = 16;
/** Text of the timestamp read last, and what it says. */
export const TIMESTAMP_AT: i32 = 24;
export const TIMESTAMP: i32 = 32;
/** Where the line after the one in hand begins. */
export const NEXT: i32 = 40;

/** By pair of the line before: see {@link ROW}. */
export const TABLE: i32 = 2048;
/** Where the pair ends, from the start of the line; the length of its name with `="`. */
export const PAIR_END: i32 = 0;
export const PAIR_HEAD: i32 = 4;
/** 1 where its value is plain and may become another one. */
export const PAIR_MAY_CHANGE: i32 = 8;
export const PAIR_LOW: i32 = 12;
export const PAIR_HIGH: i32 = 16;
export const ROW: i32 = 20;

/** What has to stand behind the own labels, by member, and after those what is put there. */
export const PATTERNS: i32 = 4096;
export const PATTERN_BYTES: i32 = 2048;
/** Bytes of the members. */
export const INPUT: i32 = 16384;
export const INPUT_BYTES: i32 = 98304;
export const OUTPUT: i32 = 409600;
export const OUTPUT_BYTES: i32 = 131072;
export const LINE_ENDS: i32 = 540672;
export const HASHES: i32 = 548864;
/** Words of 16 bytes are read and written up to so many bytes beyond what they are about. */
export const SLACK_BYTES: i32 = 64;
