import { compareUtf8 } from '../../model/compare-utf8.ts';

const chunks = /\d+|\D+/g;

/** Runs of digits compare as numbers, everything else by bytes. */
export function compareNatural(a: string, b: string): number {
  const x = a.match(chunks) ?? [];
  const y = b.match(chunks) ?? [];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (x[i] === y[i]) continue;
    const areNumbers = /^\d/.test(x[i]!) && /^\d/.test(y[i]!);
    const order = areNumbers ? Number(BigInt(x[i]!) - BigInt(y[i]!)) : compareUtf8(x[i]!, y[i]!);
    if (order !== 0) return order;
  }
  return x.length - y.length || compareUtf8(a, b);
}
