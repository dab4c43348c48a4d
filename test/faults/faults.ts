import { clockFaults } from './clock-faults.ts';
import type { Fault } from './fault.ts';
import { networkCut, unresolvable, withoutName } from './network-faults.ts';
import { processFaults } from './process-faults.ts';
import type { Targets } from './stage.ts';
import { wireFaults } from './wire-faults.ts';

/** Faults that share a stage. */
export interface FaultGroup {
  readonly faults: readonly Fault[];
  /** How the stage differs: the addresses that the gateway is told. */
  readonly change: (targets: Targets) => Targets;
}

export const faultGroups: readonly FaultGroup[] = [
  { faults: [...processFaults, ...clockFaults, ...wireFaults, networkCut], change: (targets) => targets },
  { faults: [unresolvable], change: withoutName },
];

/** The groups with these faults alone. @throws an `Error` that lists all names when one is unknown */
export function selectFaults(names: readonly string[] | undefined): readonly FaultGroup[] {
  if (names === undefined) return faultGroups;
  const known = faultGroups.flatMap(({ faults }) => faults.map(({ name }) => name));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  return faultGroups
    .map(({ faults, change }) => ({ change, faults: faults.filter(({ name }) => names.includes(name)) }))
    .filter(({ faults }) => faults.length > 0);
}
