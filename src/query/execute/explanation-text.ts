import type { Explanation } from './explain-query.ts';

/** An explanation for a person with a terminal. */
export function explanationText({ query, evaluatedHere, parts, reads, decisions }: Explanation): string {
  const lines = [`query: ${query}`, `evaluated here: ${evaluatedHere}`];
  for (const { name, expression, combination, shards } of parts) {
    lines.push('', `${name} = ${expression}`, `  answers of the shards are combined by: ${combination}`);
    for (const { shard, queries, audits } of shards) {
      for (const text of queries) lines.push(`  ${shard} evaluates: ${text}`);
      for (const text of audits) lines.push(`  ${shard}, every replica: ${text}`);
    }
  }
  for (const { selector, shards } of reads) {
    lines.push('', selector);
    if (shards.length === 0) lines.push('  no shard can have any');
    for (const { shard, matchers } of shards) for (const text of matchers) lines.push(`  ${shard} reads: ${text}`);
  }
  if (decisions.length > 0) lines.push('', 'why:');
  for (const { expression, where, reason } of decisions) lines.push(`  ${expression}`, `    ${where}: ${reason}`);
  return `${lines.join('\n')}\n`;
}
