/** What a part of an answer has to be. @throws Misshapen where it is something else */
export type Shape<T> = (value: unknown) => T;

type Fields = Readonly<Record<string, unknown>>;

/** Says where in `data` what was expected. */
class Misshapen extends TypeError {
  readonly #path: string;
  readonly #wanted: string;

  constructor(wanted: string, path = '') {
    super(`data${path} is not ${wanted}`);
    this.#path = path;
    this.#wanted = wanted;
  }

  within(step: string): Misshapen {
    return new Misshapen(this.#wanted, `${step}${this.#path}`);
  }
}

function within(step: string, error: unknown): unknown {
  return error instanceof Misshapen ? error.within(step) : error;
}

export const text: Shape<string> = (value) => {
  if (typeof value !== 'string') throw new Misshapen('text');
  return value;
};

export const number: Shape<number> = (value) => {
  if (typeof value !== 'number') throw new Misshapen('a number');
  return value;
};

/** Anything with fields. */
export const object: Shape<Fields> = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misshapen('an object');
  return value as Fields;
};

/** Go writes a list without elements as `null`, too. */
export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (value === null) return [];
    if (!Array.isArray(value)) throw new Misshapen('a list');
    const items: T[] = [];
    try {
      for (const one of value as readonly unknown[]) items.push(item(one));
    } catch (error) {
      throw within(`[${items.length}]`, error);
    }
    return items;
  };
}

/** An object whose fields are all alike, as it came. */
export function mapOf<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value) => {
    const fields = object(value);
    for (const name of Object.keys(fields)) fieldOf(fields, name, item);
    return fields as Readonly<Record<string, T>>;
  };
}

/** What a server may leave out. */
export function optional<T, Missing>(shape: Shape<T>, missing: Missing): Shape<T | Missing> {
  return (value) => (value === undefined || value === null ? missing : shape(value));
}

/** An object with these fields, as their shapes have them; others stay as they are. */
export function fieldsOf<T>(shapes: { readonly [Name in keyof T]: Shape<T[Name]> }): Shape<Fields & T> {
  const known = Object.entries<Shape<unknown>>(shapes);
  return (value) => {
    const fields = object(value);
    const read = known.map(([name, shape]) => [name, fieldOf(fields, name, shape)] as const);
    return { ...fields, ...(Object.fromEntries(read) as T) };
  };
}

function fieldOf<T>(fields: Fields, name: string, shape: Shape<T>): T {
  try {
    return shape(Object.hasOwn(fields, name) ? fields[name] : undefined);
  } catch (error) {
    throw within(`.${name}`, error);
  }
}

export const texts: Shape<readonly string[]> = listOf(text);
export const labels: Shape<Readonly<Record<string, string>>> = mapOf(text);
export const labelSets: Shape<readonly Readonly<Record<string, string>>[]> = listOf(labels);
