import { isLegacyName } from '../../exposition/escaping.ts';
import { escapeLabelValue } from '../../exposition/label-escape.ts';
import { FamilyDedup } from './family-dedup.ts';
import type { MergeOptions } from './merge-options.ts';
import type { ShardCursor } from './shard-cursor.ts';
import type { Segment } from '../segment.ts';

type Give = (cursor: ShardCursor, segment: Segment) => void;

/** Takes the segments of one family after another from the cursors that stand at it. */
export class FamilyMerge {
  readonly #options: MergeOptions;
  readonly #dedup = new FamilyDedup();
  /** By the name that a client gets: the family that has it. */
  readonly #begun = new Map<string, string>();
  #name = '';
  #type = '';
  #members: ShardCursor[] = [];
  #turn = 0;
  #give: Give = () => {};

  constructor(options: MergeOptions) {
    this.#options = options;
  }

  /** Begins the family of `first`; no cursor may be pending. */
  begin(first: Segment): void {
    const { cursors, shardsAreDistinct, holdsBack, stage } = this.#options;
    ({ family: this.#name, type: this.#type } = first);
    this.#members = cursors.filter((cursor) => cursor.segment?.family === this.#name);
    this.#turn = 0;
    this.#dedup.begin({ compare: !shardsAreDistinct });
    const leavingName = this.#options.leavingName(this.#name);
    const begun = this.#begun.get(leavingName);
    if (begun !== undefined && begun !== this.#name) {
      this.#give = this.#leaveOut;
      return;
    }
    const isLate = begun !== undefined;
    this.#begun.set(leavingName, this.#name);
    const isHeld = holdsBack(this.#name);
    if (!isLate && !isHeld) stage.appendText(typeLine(leavingName, this.#type));
    if (isLate) this.#give = this.#giveLate(isHeld ? this.#hold : this.#giveAlone);
    else if (isHeld) this.#give = this.#hold;
    else this.#give = this.#members.length > 1 ? this.#giveCompared : this.#giveAlone;
  }

  /**
   * Whether a segment of the family was there to be given. Shards take turns, so that none of their workers waits for a
   * whole family of another.
   */
  giveOneSegment(): boolean {
    for (let i = 0; i < this.#members.length; i++) {
      const cursor = this.#members[(this.#turn + i) % this.#members.length]!;
      const segment = cursor.segment;
      if (segment?.family !== this.#name) continue;
      this.#give(cursor, segment);
      cursor.step();
      this.#turn = (this.#turn + i + 1) % this.#members.length;
      return true;
    }
    return false;
  }

  /** What the cursors wait for that may yet bring more of the family. */
  awaited(): Promise<void>[] {
    return this.#members.flatMap((cursor) => cursor.pending ?? []);
  }

  readonly #giveAlone: Give = (cursor, segment) => {
    const { stage, onLines } = this.#options;
    onLines(segment.lines, stage.total);
    stage.append(cursor.block.bytes, segment.start, segment.end);
  };

  readonly #giveCompared: Give = (cursor, segment) => {
    const { stage } = this.#options;
    this.#count(
      segment,
      this.#dedup.give(cursor.block, segment, (block, range) => stage.append(block.bytes, range.start, range.end)),
    );
  };

  readonly #hold: Give = (cursor, segment) => {
    const family = { name: this.#name, type: this.#type };
    this.#count(
      segment,
      this.#dedup.give(cursor.block, segment, (block, range) => this.#options.held.hold(family, block, range)),
    );
  };

  /** Once escaped, two names are one, and their series may be: only those of the first leave. */
  readonly #leaveOut: Give = (_, segment) => this.#options.onConflict(this.#name, segment.lines);

  #count(segment: Segment, dropped: number): void {
    const { stage, onLines, onConflict } = this.#options;
    onLines(segment.lines - dropped, stage.total);
    if (dropped > 0) onConflict(this.#name, dropped);
  }

  /** The family was given before, and what was given is no longer known. */
  #giveLate(give: Give): Give {
    const { shardsAreDistinct, onLate } = this.#options;
    return (cursor, segment) => {
      if (shardsAreDistinct && !segment.compared) give(cursor, segment);
      else onLate(cursor.shard);
    };
  }
}

/** `# TYPE` of a family; a name outside the legacy alphabet is quoted (spec §1.4). */
export function typeLine(name: string, type: string): string {
  return `# TYPE ${isLegacyName(name) ? name : `"${escapeLabelValue(name)}"`} ${type}\n`;
}
