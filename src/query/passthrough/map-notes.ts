import type { Expr } from '../../promql/ast/ast.ts';
import { walk } from '../../promql/ast/walk.ts';
import { sourcePosition } from '../../promql/lexer/source-position.ts';
import { parseQuery } from '../../promql/parse/parse-query.ts';
import type { Notes } from '../encode/envelope.ts';

interface Translation {
  /** The query that was asked of the gateway, and its expression. */
  readonly text: string;
  readonly expr: Expr;
  /** What was asked of the shard instead. */
  readonly askedText: string;
}

/** Position at the end of an annotation, `line:column`. */
const position = / \((\d+:\d+)\)$/;

/** A shard's annotations with the positions of the query that was asked of the gateway. */
export function mapNotes({ warnings, infos }: Notes, translation: Translation): Notes {
  const found = positions(translation);
  const map = (note: string): string =>
    note.replace(position, (whole, asked: string) => {
      const original = found.get(asked);
      return original === undefined ? whole : ` (${original})`;
    });
  return { warnings: warnings.map(map), infos: infos.map(map) };
}

/** By position of a node in the text for the shard: where the node stands in the query that was asked. */
function positions({ text, expr, askedText }: Translation): ReadonlyMap<string, string> {
  const options = { experimentalFunctions: true, durationExpressions: false };
  const asked = [...walk(parseQuery(askedText, options))];
  const found = new Map<string, string>();
  let index = 0;
  for (const node of walk(expr)) {
    const twin = asked[index++];
    // Only selectors were rewritten, so that both are of the same shape.
    if (twin?.kind !== node.kind) return found;
    const at = sourcePosition(askedText, twin.span.start);
    if (!found.has(at)) found.set(at, sourcePosition(text, node.span.start));
  }
  return found;
}
