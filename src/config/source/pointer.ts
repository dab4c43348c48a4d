/**
 * A JSON pointer (RFC 6901): `""` is the document, `/shards/0/name` a value in it. Sections of the document are told
 * apart by pointers because ajv reports them.
 */
export type Pointer = string;

export function childPointer(parent: Pointer, key: string | number): Pointer {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The pointer of what holds `pointer`; the document holds itself. */
export function parentPointer(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

export function pointerKeys(pointer: Pointer): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** For people: `shards[0].labels["my.label"]`. A key of digits is shown as an index. */
export function displayPath(pointer: Pointer): string {
  let path = '';
  for (const key of pointerKeys(pointer)) {
    if (/^\d+$/.test(key)) path += `[${key}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}
