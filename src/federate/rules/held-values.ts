/** The last complete value of each group whose rule says `on_missing_shard: hold`, until it is too old to be given. */
export interface HeldValues {
  readonly size: number;
  remember(key: string, value: number, untilMs: number): void;
  /** Undefined when there is none, or its time is over. */
  recall(key: string, nowMs: number): number | undefined;
  /** Drops the values whose time is over. */
  forget(nowMs: number): void;
}

interface HeldValue {
  value: number;
  untilMs: number;
}

export function createHeldValues(): HeldValues {
  const values = new Map<string, HeldValue>();
  return {
    get size() {
      return values.size;
    },
    remember(key, value, untilMs) {
      const held = values.get(key);
      if (held === undefined) {
        values.set(key, { value, untilMs });
        return;
      }
      held.value = value;
      held.untilMs = untilMs;
    },
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
