import { parseDocument } from 'yaml';
import type { TargetGroup } from '../../config/config.ts';

/**
 * Reads a list of target groups, `[{targets: ['host:port'], labels: {name: value}}]`. Strict: what is not quite such a list
 * is none, so that half a file does not pass for a whole one. An empty list is a list, an empty file is not.
 * @throws Error what is wrong, and where
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config
 */
export function parseTargetGroups(text: string, format: 'json' | 'yaml'): TargetGroup[] {
  if (text.trim() === '') throw new Error('empty: a list without targets is written []');
  const value: unknown = format === 'json' ? JSON.parse(text) : parseYaml(text);
  if (!Array.isArray(value)) throw new Error(`expected a list of groups of targets, got ${kindOf(value)}`);
  return value.map((group: unknown, i) => toGroup(group, `[${i}]`));
}

/** Every scalar as it is written: an unquoted `0` is the label value `0`, as in Prometheus. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n', 1)[0]!.replace(/:$/, ''));
  return document.toJS({ maxAliasCount: 100 });
}

function toGroup(value: unknown, at: string): TargetGroup {
  const group = toMapping(value, at);
  for (const key of Object.keys(group)) {
    if (key !== 'targets' && key !== 'labels')
      throw new Error(`${at}: unknown key ${JSON.stringify(key.slice(0, 60))}`);
  }
  const { targets, labels } = group;
  if (!Array.isArray(targets)) throw new Error(`${at}.targets: expected a list of host:port, got ${kindOf(targets)}`);
  return {
    targets: targets.map((target: unknown, i) => toText(target, `${at}.targets[${i}]`)),
    labels: labels === undefined || labels === null ? {} : toLabels(labels, `${at}.labels`),
  };
}

function toLabels(value: unknown, at: string): Record<string, string> {
  const entries = Object.entries(toMapping(value, at));
  return Object.fromEntries(entries.map(([name, label]) => [name, toText(label, `${at}.${name.slice(0, 60)}`)]));
}

function toMapping(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${at}: expected a mapping, got ${kindOf(value)}`);
  }
  return value as Record<string, unknown>;
}

function toText(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new Error(`${at}: expected a text, got ${kindOf(value)}`);
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}
