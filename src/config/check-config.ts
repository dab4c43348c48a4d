import { dirname } from 'node:path';
import type { CheckContext, Placed } from './checks/check-context.ts';
import { checkHashmod } from './checks/check-hashmod.ts';
import { checkHttpClients } from './checks/check-http-client.ts';
import { checkExternalLabels } from './checks/check-labels.ts';
import { checkRules } from './checks/check-rules.ts';
import type { ParseSelector } from './checks/check-selectors.ts';
import { checkSelectors } from './checks/check-selectors.ts';
import { checkShards } from './checks/check-shards.ts';
import { checkSources } from './checks/check-sources.ts';
import { checkTenants } from './checks/check-tenants.ts';
import { placedSources, placedTargets } from './checks/placed-targets.ts';
import type { ConfigMessage } from './config-message.ts';
import type { Config } from './config.ts';
import type { RawAggregationRule, RawConfig, RawDiscovery, RawGlobal, RawShard, RawSources } from './raw-config.ts';
import type { RawTenants } from './raw-config.ts';
import type { SchemaReport, SchemaValidator } from './schema/validate-schema.ts';
import { createSchemaValidator } from './schema/validate-schema.ts';
import type { ConfigSource, Position } from './source/config-source.ts';
import type { Findings } from './source/findings.ts';
import { createFindings } from './source/findings.ts';
import { parseYaml } from './source/parse-yaml.ts';
import type { Pointer } from './source/pointer.ts';
import { childPointer, displayPath, pointerKeys } from './source/pointer.ts';
import { toConfig } from './to-config.ts';

export interface CheckOptions {
  /** Path of the file: its name in messages, and where relative paths in it start. */
  readonly file: string;
  readonly parseSelector: ParseSelector;
  /** For callers that check many files: compiling the schema takes longer than using it. */
  readonly validateSchema?: SchemaValidator;
}

type Place = Position & { readonly path: string };

export interface ConfigCheck {
  /** Undefined where a message is an error. Deeply frozen. */
  readonly config: Config | undefined;
  /** Errors and warnings, by position. */
  readonly messages: readonly ConfigMessage[];
  /**
   * Where `config.shards[shard].replicas[replica]` stands in the file, for messages about it; replica -1 is the shard. What
   * is not in the file was found by discovery, and stands where that is configured.
   */
  readonly locate: (shard: number, replica: number) => Place;
  /** Where `config.shards[shard].sources[source]` stands; shard -1 is the section `discovery`. */
  readonly locateSource: (shard: number, source: number) => Place;
}

/** Reads a configuration and finds all that is wrong with it. Does not throw for anything in `text`. */
export function checkConfig(text: string, options: CheckOptions): ConfigCheck {
  const { file, parseSelector, validateSchema = createSchemaValidator() } = options;
  const { source, messages } = parseYaml(text, file);
  const places = placesIn(source);
  if (messages.length > 0) return { config: undefined, messages, ...places };
  const findings = createFindings(source);
  if (source.value === null) {
    findings.error('', 'the file is empty: at least one shard is needed');
    return { config: undefined, messages: findings.messages(), ...places };
  }
  const report = validateSchema(source.value, findings);
  checkAcrossFields({ source, findings, report, parseSelector });
  const found = findings.messages();
  const isFaulty = found.some(({ severity }) => severity === 'error');
  return {
    config: isFaulty ? undefined : toConfig(source.value as RawConfig, dirname(file)),
    messages: found,
    ...places,
  };
}

interface Checked {
  readonly source: ConfigSource;
  readonly findings: Findings;
  readonly report: SchemaReport;
  readonly parseSelector: ParseSelector;
}

/** Looks at what is sound by the schema, so that one run shows all problems of a file. */
function checkAcrossFields({ source, findings, report, parseSelector }: Checked): void {
  const soundAt = (pointer: Pointer): unknown => (report.isSound(pointer) ? valueAt(source.value, pointer) : undefined);
  const itemsAt = (list: Pointer): Placed<unknown>[] => {
    const items = valueAt(source.value, list);
    return Array.isArray(items) ? items.map((value, i) => ({ value, pointer: childPointer(list, i) })) : [];
  };
  const soundKeysAt = (pointer: Pointer): Placed<Partial<RawDiscovery>> | undefined => {
    const value = valueAt(source.value, pointer);
    return value === undefined ? undefined : soundKeys<RawDiscovery>({ value, pointer }, report);
  };
  const selectorsAt = (list: Pointer): Placed<string>[] =>
    itemsAt(list).filter((item): item is Placed<string> => typeof item.value === 'string');
  const keysAt = (mapping: Pointer): Pointer[] =>
    Object.keys((soundAt(mapping) as object | undefined) ?? {}).map((key) => childPointer(mapping, key));
  const tenants = valueAt(source.value, '/tenants');
  const context: CheckContext = {
    source,
    findings,
    global: soundKeys<RawGlobal>({ value: valueAt(source.value, '/global'), pointer: '/global' }, report),
    shards: itemsAt('/shards').map((item) => soundKeys<RawShard>(item, report)),
    discovery: soundKeysAt('/discovery'),
    rules: itemsAt('/aggregation_rules').map((item) => soundKeys<RawAggregationRule>(item, report)),
    modulus: soundAt('/sharding/hashmod/modulus') as number | undefined,
    replicaLabels: (soundAt('/global/replica_labels') ?? []) as readonly string[],
    tenants: tenants === undefined ? undefined : soundKeys<RawTenants>({ value: tenants, pointer: '/tenants' }, report),
    selectors: [
      ...selectorsAt('/deduplication/per_replica'),
      ...selectorsAt('/federation/match'),
      ...keysAt('/tenants/matchers').flatMap(selectorsAt),
    ],
  };
  const global = soundAt('/global');
  if (global !== undefined) checkExternalLabels({ value: global as RawGlobal, pointer: '/global' }, context);
  checkShards(context);
  checkHttpClients(context);
  checkSources(context);
  checkHashmod(context);
  checkRules(context);
  checkSelectors(context, parseSelector);
  checkTenants(context, parseSelector);
}

/** What of a section can be read; nothing where it is no mapping. */
function soundKeys<T>({ value, pointer }: Placed<unknown>, report: SchemaReport): Placed<Partial<T>> {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const sound = keys.filter(([key]) => report.isSound(childPointer(pointer, key)));
  return { value: Object.fromEntries(sound) as Partial<T>, pointer };
}

/** `pointer` names keys of mappings only. */
function valueAt(value: unknown, pointer: Pointer): unknown {
  let at = value;
  for (const key of pointerKeys(pointer)) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

function placesIn(source: ConfigSource): Pick<ConfigCheck, 'locate' | 'locateSource'> {
  const place = (pointer: Pointer): Place => ({ ...source.position(pointer, 'value'), path: displayPath(pointer) });
  const sectionOf = (shard: number): Placed<RawSources> => {
    const { shards = [], discovery = {} } = source.value as RawConfig;
    const value = shards[shard];
    return value === undefined
      ? { value: discovery, pointer: '/discovery' }
      : { value, pointer: childPointer('/shards', shard) };
  };
  return {
    locate(shard, replica) {
      const section = sectionOf(shard);
      const target = replica < 0 || section.pointer === '/discovery' ? undefined : placedTargets(section)[replica];
      return place(target?.pointer ?? section.pointer);
    },
    locateSource(shard, index) {
      const section = sectionOf(shard);
      return place(placedSources(section)[index] ?? section.pointer);
    },
  };
}
