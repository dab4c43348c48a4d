/** The last complete value of each group whose rule says `on_missing_shard: hold`, until it is too old to be given. */
export interface HeldValues {
  remember(key: string, value: number, untilMs: number): void;
  /** Undefined when there is none, or its time is over. */
  recall(key: string, nowMs: number): number | undefined;
  /** Drops the values whose time is over. */
  forget(nowMs: number): void;
}

interface HeldValue {
  readonly value: number;
  readonly untilMs: number;
}

export function createHeldValues(): HeldValues {
  const values = new Map<string, HeldValue>();
  return {
    remember: (key, value, untilMs) => void values.set(key, { value, untilMs }),
    recall(key, nowMs) {
      const held = values.get(key);
      return held !== undefined && nowMs <= held.untilMs ? held.value : undefined;
    },
    forget(nowMs) {
      for (const [key, { untilMs }] of values) {
        if (nowMs > untilMs) values.delete(key);
      }
    },
  };
}
