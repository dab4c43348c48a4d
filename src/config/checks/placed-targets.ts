import type { RawHttpSource, RawSources } from '../raw-config.ts';
import { childPointer, type Pointer } from '../source/pointer.ts';
import type { Placed } from './check-context.ts';

/** The targets that a section lists, in the order of the file: of a shard, that of `ShardConfig.replicas`. */
export function placedTargets({ value, pointer }: Placed<Pick<RawSources, 'static_configs'>>): Placed<string>[] {
  const groups = childPointer(pointer, 'static_configs');
  return (value.static_configs ?? []).flatMap(({ targets }, group) => {
    const list = childPointer(childPointer(groups, group), 'targets');
    return targets.map((target, i) => ({ value: target, pointer: childPointer(list, i) }));
  });
}

/** The entries of `http_sd_configs` of a section. */
export function placedHttpSources({ value, pointer }: Placed<RawSources>): Placed<RawHttpSource>[] {
  const list = childPointer(pointer, 'http_sd_configs');
  return (value.http_sd_configs ?? []).map((source, i) => ({ value: source, pointer: childPointer(list, i) }));
}

/** Where the sources of a section stand, in the order of `ShardConfig.sources`. */
export function placedSources({ value, pointer }: Placed<RawSources>): Pointer[] {
  return (['file_sd_configs', 'http_sd_configs', 'dns_sd_configs'] as const).flatMap((key) =>
    (value[key] ?? []).map((_, i) => childPointer(childPointer(pointer, key), i)),
  );
}
