import type { TargetGroup } from '../../config/config.ts';
import { targetFault } from '../../model/target-address.ts';

/** One target as a source gives it. */
export interface DiscoveredTarget {
  /** `host:port`. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** More than a fleet has: what gives more is no list of Prometheus servers. */
const maxTargets = 10_000;

/** The targets of groups, in their order. @throws Error what is wrong with one of them, or that there are too many. */
export function toTargets(groups: readonly TargetGroup[]): DiscoveredTarget[] {
  const count = groups.reduce((sum, { targets }) => sum + targets.length, 0);
  if (count > maxTargets) throw new Error(`${count} targets, at most ${maxTargets} are taken`);
  return groups.flatMap(({ targets, labels }, group) =>
    targets.map((address, i) => {
      const fault = targetFault(address);
      if (fault !== undefined) throw new Error(`[${group}].targets[${i}]: ${fault}`);
      return { address, labels };
    }),
  );
}
