/** What a header can carry: bytes, without control characters but the tab. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a header can carry a value. @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
export function isHeaderValue(value: string): boolean {
  return headerValue.test(value);
}
