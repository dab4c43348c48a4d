/**
 * Remembers what `compute` gave for the last `max` to 2 × `max` different names. Two generations instead of a list in
 * order of use: a hit costs one look-up, and a full cache forgets its older half at once.
 */
export function createBoundedCache<Value>(max: number, compute: (name: string) => Value): (name: string) => Value {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();

  return (name) => {
    const known = young.get(name);
    if (known !== undefined) return known;
    const value = old.get(name) ?? compute(name);
    if (young.size >= max) {
      old = young;
      young = new Map();
    }
    young.set(name, value);
    return value;
  };
}
