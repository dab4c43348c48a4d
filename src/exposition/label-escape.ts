const special = /[\\"\n]/;

/**
 * A label value, or a name that has to be quoted, as it stands between the double quotes of the text format: backslash,
 * line feed and double quote are escaped, everything else (NUL, CR, tab) stays raw.
 */
export function escapeLabelValue(value: string): string {
  if (!special.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
