const constructs =
  /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*\]|(?<opening>\((?:\?P?<\w+>)?)/gu;

/** A regular expression with the names of its groups taken away; it matches the same. */
export function withoutGroupNames(expression: string): string {
  return expression.replace(constructs, (construct, opening: string | undefined) =>
    opening === undefined ? construct : '(',
  );
}
