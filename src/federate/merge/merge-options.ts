import type { HeldFamilies } from './held-families.ts';
import type { ShardCursor } from './shard-cursor.ts';
import type { Stage } from './stage.ts';

export interface MergeOptions {
  readonly cursors: readonly ShardCursor[];
  readonly stage: Stage;
  readonly held: HeldFamilies;
  /** Whether the configured labels of every pair of shards differ, so that lines which end with them cannot be equal. */
  readonly shardsAreDistinct: boolean;
  /** A family's name as this client gets it. */
  readonly leavingName: (family: string) => string;
  /** Families that wait for the rules' outputs. */
  readonly holdsBack: (family: string) => boolean;
  /** Called for each family in which a label set came from more than one shard. */
  readonly onConflict: (family: string, lines: number) => void;
  /** Called with the lines that leave, before they do; may throw to end the answer. */
  readonly onLines: (lines: number, totalBytes: number) => void;
  /** Called when a shard gave a family after its turn, with lines that can no longer be compared and are left out. */
  readonly onLate: (shard: number) => void;
  /** Called after each wait; may throw to end the answer. */
  readonly checkpoint: () => void;
}
