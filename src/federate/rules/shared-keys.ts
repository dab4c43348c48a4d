import { encodeLabelKeys } from './label-key.ts';
import type { GroupKeys } from './partial-aggregates.ts';

/** What the streams of one shard share of their groups' keys. */
export interface SharedKeys {
  /** Equal keys as one string. */
  intern(key: string): string;
  /** Equal lists of interned keys, at least one each, as one object. */
  list(keys: readonly string[]): GroupKeys;
}

interface List {
  readonly keys: readonly string[];
  readonly encoded: GroupKeys;
}

export function createSharedKeys(): SharedKeys {
  const interned = new Map<string, string>();
  /** By their first key. */
  const lists = new Map<string, List[]>();
  return {
    intern(key) {
      const known = interned.get(key);
      if (known !== undefined) return known;
      interned.set(key, key);
      return key;
    },
    list(keys) {
      const similar = lists.get(keys[0]!) ?? [];
      lists.set(keys[0]!, similar);
      const known = similar.find((list) => isEqual(list.keys, keys));
      if (known !== undefined) return known.encoded;
      const encoded = { bytes: encodeLabelKeys(keys) };
      similar.push({ keys, encoded });
      return encoded;
    },
  };
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
