/** Keys of HTTP clients and whatever else is called like a secret, misspelt ones too, at the start of a line or in a `{}`. */
const secretKey =
  /(?:^|[\s{,"'-])[\w-]*(?:auth|tls_config|http_headers|proxy|endpoint_params|pass|secret|credential|token|key)[\w-]*["']?\s*:/i;

/** A piece of PEM that stands where it should not. */
const encoded = /^\s*(?:-----BEGIN |[A-Za-z0-9+/=]{20,76}\s*$)/;

/**
 * Whether a line of a YAML file may hold a secret: a key in it, or one that it is indented under, is called like one.
 * `index` counts from 0.
 */
export function mayHoldSecret(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (encoded.test(line) || secretKey.test(line)) return true;
  let indentation = indentationOf(line);
  for (let i = index - 1; i >= 0 && indentation > 0; i--) {
    const above = lines[i]!;
    if (above.trim() === '' || indentationOf(above) >= indentation) continue;
    if (secretKey.test(above)) return true;
    indentation = indentationOf(above);
  }
  return false;
}

/** An item of a list may stand right below its key, without being indented. */
function indentationOf(line: string): number {
  const spaces = line.search(/\S|$/);
  return /^\s*-\s/.test(line) ? spaces + 0.5 : spaces;
}
