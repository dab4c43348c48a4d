import { readSharedJson, type SharedJson } from './shared-json.ts';

/** What a thread has made of the shared values that its tasks refer to. */
export interface HeldVersions<T> {
  /** What was made of the value, now or for an earlier task. `release` is to be called once, when the task has ended. */
  take(shared: SharedJson): { readonly made: T; release(): void };
}

interface Held<T> {
  readonly made: T;
  users: number;
}

/** The newest, and the one before it, which tasks begun before a change still refer to. */
const keptVersions = 2;

/**
 * Reads a value when its version is met for the first time. Keeps the two newest versions, and older ones while tasks use
 * them; `onChange` is told of all that are kept whenever another one comes or one goes.
 */
export function createHeldVersions<T>(
  make: (value: unknown) => T,
  onChange: (kept: readonly T[]) => void,
): HeldVersions<T> {
  const held = new Map<number, Held<T>>();

  const isWanted = (version: number, { users }: Held<T>): boolean =>
    users > 0 || [...held.keys()].filter((other) => other > version).length < keptVersions;
  const dropUnwanted = (): boolean => {
    const unwanted = [...held].filter(([version, entry]) => !isWanted(version, entry));
    for (const [version] of unwanted) held.delete(version);
    return unwanted.length > 0;
  };
  const tell = (): void => onChange([...held.values()].map(({ made }) => made));

  return {
    take(shared) {
      const known = held.get(shared.version);
      const entry = known ?? { made: make(readSharedJson(shared)), users: 0 };
      entry.users++;
      if (known === undefined) {
        held.set(shared.version, entry);
        dropUnwanted();
        tell();
      }
      return {
        made: entry.made,
        release() {
          entry.users--;
          if (entry.users === 0 && dropUnwanted()) tell();
        },
      };
    },
  };
}
