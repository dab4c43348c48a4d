/** A sample as a replica has it. */
export interface ReplicaSample {
  /** Unix ms; NaN where it has none. */
  readonly timestampMs: number;
  readonly value: number;
}

/** How far a value may be off, as a multiple of what the series was seen to move between two of its own samples. */
const generosity = 3;
/** Of the largest move seen, how much is left after each sample. */
const fading = 0.9;
const rounding = 1e-9;

/** What a series was seen to do between samples of one replica. */
export class SeriesMoves {
  /** Largest move, fading; NaN before a second sample was seen. */
  #move = Number.NaN;
  #spacingMs = 0;

  observe(before: ReplicaSample, sample: ReplicaSample): void {
    const spacingMs = sample.timestampMs - before.timestampMs;
    if (!(spacingMs > 0)) return;
    const move = distance(before.value, sample.value);
    const faded = Number.isNaN(this.#move) ? 0 : this.#move * fading;
    if (move < Infinity) this.#move = Math.max(faded, move);
    this.#spacingMs = spacingMs;
  }

  /** Whether two replicas' samples differ by more than the series may have moved between them; undefined = not known yet. */
  explains(a: ReplicaSample, b: ReplicaSample): boolean | undefined {
    const off = distance(a.value, b.value);
    if (off === 0) return true;
    if (Number.isNaN(this.#move)) return undefined;
    const apartMs = Math.abs(a.timestampMs - b.timestampMs) || 0;
    // Even samples of one moment may be made from scrapes that are an interval apart: those of recording rules are.
    const intervals = Math.max(1, apartMs / this.#spacingMs);
    return off <= generosity * this.#move * intervals + rounding * Math.max(Math.abs(a.value), Math.abs(b.value));
  }
}

/** Infinity between a number and none, and between infinities. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const apart = Math.abs(a - b);
  return Number.isNaN(apart) ? Infinity : apart;
}
