import { RE2JS } from 're2js';
import { GatewayError } from '../../model/errors.ts';

/** The capture groups of a rule's `source`, for checking the references of a template before any name is seen. */
export interface CaptureGroups {
  readonly count: number;
  /** Group name → index. */
  readonly names: Readonly<Record<string, number>>;
}

/** A metric name made from the captures of a `source`, e.g. `job:$1`. */
export interface NameTemplate {
  /** The name for these captures (`captures[0]` is the whole match; a group that took no part is `""`). */
  expand(captures: readonly string[]): string;
  /** RE2 text that matches every name the template can give, and perhaps more: literal parts quoted, captures `.*`. */
  readonly pattern: string;
  /** The only name the template can give; undefined when it refers to a capture. */
  readonly literal: string | undefined;
}

type Part = string | number;

// `$$`, `${ref}`, `$12` or `$name`, else a dollar sign that stands for nothing. Digits end at the first other character,
// so that `$1_sum` is group 1 and then `_sum`, not (as in Go) an unknown group `1_sum` and with it an empty text.
const dollar = /\$(?:(\$)|\{(\w+)\}|(\d+)|([A-Za-z_]\w*))?/g;

/**
 * Parses a template with the references `$1`, `${1}`, `$name` and `${name}`; `$$` is a dollar sign, `$0` the whole name.
 * @throws GatewayError `PG_CONFIG_INVALID` for a reference to a group that `source` lacks, or a stray dollar sign.
 */
export function parseNameTemplate(text: string, groups: CaptureGroups): NameTemplate {
  const parts = parseParts(text, groups);
  const literals = parts.filter((part) => typeof part === 'string');
  return {
    expand: (captures) => parts.map((part) => (typeof part === 'string' ? part : (captures[part] ?? ''))).join(''),
    pattern: parts.map((part) => (typeof part === 'string' ? RE2JS.quote(part) : '.*')).join(''),
    literal: literals.length === parts.length ? literals.join('') : undefined,
  };
}

function parseParts(text: string, groups: CaptureGroups): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(dollar)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const reference = match[2] ?? match[3] ?? match[4];
    if (reference !== undefined) parts.push(groupIndex(reference, text, groups));
    else if (match[1] !== undefined) parts.push('$');
    else throw invalid(text, 'has a $ that begins no reference; write $$ for a dollar sign');
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== '');
}

function groupIndex(reference: string, text: string, groups: CaptureGroups): number {
  const index = /^\d+$/.test(reference) ? Number(reference) : (groups.names[reference] ?? -1);
  if (index >= 0 && index <= groups.count) return index;
  throw invalid(text, `refers to group ${reference}, source has ${groups.count} groups`);
}

function invalid(template: string, what: string): GatewayError {
  return new GatewayError('PG_CONFIG_INVALID', `template ${JSON.stringify(template)} ${what}`);
}
