import type { RE2JS } from 're2js';

const reference = /\$(?:\{(\w+)\}|(\d+)|([A-Za-z_]\w*))/gu;

/**
 * What is wrong with a template of metric names (`$1`, `${1}`, `$name`, `${name}`) over the groups of `source`; undefined
 * where nothing is. As where rules are compiled, the digits of `$1_sum` end at the underscore. With an undefined `source`
 * (it does not compile) groups are not looked up.
 */
export function templateFault(template: string, source: RE2JS | undefined): string | undefined {
  let end = 0;
  for (const match of template.matchAll(reference)) {
    const fault = literalFault(template.slice(end, match.index), template) ?? groupFault(match, source);
    if (fault !== undefined) return fault;
    end = match.index + match[0].length;
  }
  const fault = literalFault(template.slice(end), template);
  if (fault !== undefined) return fault;
  return /^[0-9]/.test(template) ? `${JSON.stringify(template)} gives names that start with a digit` : undefined;
}

function groupFault(match: RegExpExecArray, source: RE2JS | undefined): string | undefined {
  if (source === undefined) return undefined;
  const group = match[1] ?? match[2] ?? match[3]!;
  if (!/^\d+$/.test(group)) {
    if (Object.hasOwn(source.namedGroups(), group)) return undefined;
    return `${match[0]} refers to a group named ${JSON.stringify(group)}, which source does not have`;
  }
  const groups = source.groupCount();
  if (Number(group) <= groups) return undefined;
  const has = groups === 0 ? 'no groups' : `only ${groups} group${groups === 1 ? '' : 's'}`;
  return `${match[0]} refers to group ${group}, but source has ${has}`;
}

function literalFault(literal: string, template: string): string | undefined {
  const wrong = /[^A-Za-z0-9_:]/u.exec(literal)?.[0];
  if (wrong === undefined) return undefined;
  return `${JSON.stringify(template)} gives no metric name: ${JSON.stringify(wrong)} cannot stand in one`;
}
