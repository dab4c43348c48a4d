const unitsMs: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const durationText = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const maxDurationMs = 9_223_372_036_854;

/** What a number token stands for; undefined where it is out of the grammar that the lexer let through. */
export function parseNumberToken(text: string): number | undefined {
  const plain = text.toLowerCase().replaceAll('_', '');
  if (plain === 'inf') return Infinity;
  if (plain === 'nan') return NaN;
  if (/^0x[0-9a-f]+$/.test(plain)) return Number(BigInt(plain));
  // A whole number that begins with 0 is octal, as for Go.
  if (/^0[0-7]+$/.test(plain)) return Number(BigInt(`0o${plain}`));
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(plain)) return undefined;
  return Number(plain);
}

/** A duration token in ms. @throws Error in Prometheus' words */
export function parseDurationToken(text: string): number {
  const match = durationText.exec(text);
  if (match === null || text === '') throw new Error(`not a valid duration string: ${JSON.stringify(text)}`);
  const names = Object.keys(unitsMs);
  const ms = match.slice(1).reduce((sum, amount, i) => sum + Number(amount ?? 0) * unitsMs[names[i]!]!, 0);
  if (ms > maxDurationMs) throw new Error('duration out of range');
  if (ms === 0) return 0;
  return ms;
}
