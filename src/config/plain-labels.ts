/** With an ordinary prototype, and safe for a label that is called `__proto__`. */
export function plainLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels));
}
