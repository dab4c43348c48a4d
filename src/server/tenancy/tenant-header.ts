import type { IncomingMessage } from 'node:http';

/** What a request says in the header that names tenants: its value, nothing, or something that names none. */
export type TenantHeader = { readonly value: string } | 'absent' | 'bad';

/** Reads a header, `name` in lower case, so strictly that no two servers can take it for different things. */
export function readTenantHeader({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): TenantHeader {
  const values = valuesOf(rawHeaders, name);
  const [value] = values;
  // A client that has the header taken off on its way, after a proxy has set it, must not look like one without.
  const isHopByHop = valuesOf(rawHeaders, 'connection').some((text) => listsToken(text, name));
  if (isHopByHop || values.length > 1 || value === '') return 'bad';
  return value === undefined ? 'absent' : { value };
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name);
}

function listsToken(text: string, token: string): boolean {
  return text.split(',').some((item) => item.trim().toLowerCase() === token);
}
