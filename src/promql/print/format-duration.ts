interface Unit {
  readonly name: string;
  readonly ms: number;
  /** Only used where it leaves no rest. */
  readonly isExact: boolean;
}

const units: readonly Unit[] = [
  { name: 'y', ms: 31_536_000_000, isExact: true },
  { name: 'w', ms: 604_800_000, isExact: true },
  { name: 'd', ms: 86_400_000, isExact: false },
  { name: 'h', ms: 3_600_000, isExact: false },
  { name: 'm', ms: 60_000, isExact: false },
  { name: 's', ms: 1000, isExact: false },
  { name: 'ms', ms: 1, isExact: false },
];

/** Whole milliseconds in Prometheus' canonical form, `1h30m`; a sign in front where negative. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  let text = '';
  let rest = ms;
  for (const unit of units) {
    const amount = Math.floor(rest / unit.ms);
    if (amount === 0 || (unit.isExact && rest % unit.ms !== 0)) continue;
    text += `${amount}${unit.name}`;
    rest -= amount * unit.ms;
  }
  return text;
}
