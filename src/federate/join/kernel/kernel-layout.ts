/** Of `assembly/layout.ts`, where they are explained. */
const names = [
  'MAX_MEMBERS',
  'MAX_PAIRS',
  'MAX_LINES',
  'PARAMETERS',
  'MEMBERS',
  'NAME_LENGTH',
  'OWN_LENGTH',
  'LOW',
  'HIGH',
  'RUN_LOW',
  'RUN_HIGH',
  'SAMPLE_MASK',
  'IS_SAMPLED',
  'MAX_LINE_BYTES',
  'MAX_VALUE_BYTES',
  'OUT_BASE',
  'OUT_ROOM',
  'LINE_ROOM',
  'OUT_USED',
  'OUT_PATTERN_LENGTH',
  'NEWER_THAN',
  'NOT_NEWER_THAN',
  'MEMBER_FIELDS',
  'MEMBER_STRIDE',
  'AT',
  'LAST',
  'LIMIT',
  'PATTERN_LENGTH',
  'NEWEST',
  'TIMESTAMP_AT',
  'TABLE',
  'ROW',
  'PATTERNS',
  'PATTERN_BYTES',
  'INPUT',
  'INPUT_BYTES',
  'OUTPUT',
  'OUTPUT_BYTES',
  'LINE_ENDS',
  'HASHES',
  'SLACK_BYTES',
] as const;

type Name = (typeof names)[number];

/** Offsets in the memory of the kernel, and its bounds. */
export type KernelLayout = Readonly<Record<Name, number>>;

export type KernelExports = Readonly<Record<Name, { readonly value: number }>> & {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly joinLines: () => number;
};

export function layoutOf(exports: KernelExports): KernelLayout {
  return Object.fromEntries(names.map((name) => [name, exports[name].value])) as KernelLayout;
}
