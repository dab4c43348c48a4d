const metaCharacter = /[.+*?()[\]{}^$|\\]/;

/**
 * Literal beginnings of which every text that the RE2 expression matches (whole) has one; `['']` where nothing can be
 * said. `up|node_.*` has `up` and `node_`. Cheap and cautious: groups and classes end a prefix.
 */
export function literalPrefixes(expression: string): readonly string[] {
  const prefixes: string[] = [];
  for (let rest: string | undefined = expression; rest !== undefined;) {
    const alternative: { prefix: string; rest: string | undefined } | undefined = readAlternative(rest);
    if (alternative === undefined) return [''];
    prefixes.push(alternative.prefix);
    rest = alternative.rest;
  }
  return prefixes;
}

/** One alternative of the top level, or `undefined` where the text is too intricate to find its end. */
function readAlternative(text: string): { prefix: string; rest: string | undefined } | undefined {
  const start = text.startsWith('^') ? 1 : 0;
  let end = start;
  while (end < text.length && !metaCharacter.test(text[end]!)) end++;
  // An operator that allows none of what it follows takes the last character along.
  const last = text[end] === '*' || text[end] === '?' || text[end] === '{' ? previousCharacter(text, end) : end;
  const prefix = text.slice(start, Math.max(start, last));
  const tail = text.slice(end);
  if (!tail.includes('|')) return { prefix, rest: undefined };
  if (/[()[\]\\]/.test(tail.slice(0, tail.indexOf('|')))) return undefined;
  return { prefix, rest: tail.slice(tail.indexOf('|') + 1) };
}

function previousCharacter(text: string, end: number): number {
  return end - (/[\udc00-\udfff]/.test(text[end - 1] ?? '') ? 2 : 1);
}
