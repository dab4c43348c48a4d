import type { Stage, Victim } from './stage.ts';

/** Ends a fault; resolves once the victim is back, though perhaps not yet read again. */
type Heal = () => Promise<void>;

interface InjectedFault {
  /** Undefined where no replica fails. */
  readonly victim: Victim | undefined;
  readonly heal: Heal;
}

export interface Fault {
  /** As in `--only`. */
  readonly name: string;
  readonly what: string;
  /** Values of `kind` of which at least one must be counted for the victim, and no other but `slow` and `closed`; empty: none need be. */
  readonly kinds: readonly string[];
  /** The victim misses scrapes of its targets: what its rules compute over ten seconds needs so long to be whole again. */
  readonly leavesHoles?: true;
  /** Where less is promised than of others: the added delay and the gap that it may cost, and why. */
  readonly exception?: { readonly delayMs: number; readonly gap: number; readonly why: string };
  /** Why it cannot be had here; undefined: it can. */
  readonly unavailable?: () => string | undefined;
  inject(stage: Stage): Promise<InjectedFault>;
}
