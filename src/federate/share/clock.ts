/** Time as sharing needs it; injected so that tests own it. */
export interface Clock {
  /** Milliseconds, never going back; comparable only with itself. */
  now(): number;
  /** Calls back once after `delayMs` unless the returned function was called before. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
