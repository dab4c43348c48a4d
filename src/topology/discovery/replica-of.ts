import type { ReplicaAddressing, ReplicaConfig } from '../../config/config.ts';
import type { DiscoveredTarget } from './discovered-target.ts';

/** A target as a replica; a text says what is wrong with its labels. */
export function replicaOf({ address, labels }: DiscoveredTarget, defaults: ReplicaAddressing): ReplicaConfig | string {
  const { __scheme__: scheme = defaults.scheme, __path_prefix__: path = defaults.pathPrefix } = labels;
  if (scheme !== 'http' && scheme !== 'https') {
    return `label __scheme__: expected http or https, got ${JSON.stringify(scheme.slice(0, 60))}`;
  }
  if (!/^(?:\/[^?#\s]*)?$/.test(path)) {
    return `label __path_prefix__: expected a path that starts with "/", got ${JSON.stringify(path.slice(0, 60))}`;
  }
  return { name: address, url: `${scheme}://${address}${path.replace(/\/+$/, '')}` };
}
