import type { OutgoingRun } from '../../exposition/text/external-run.ts';
import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { BlockWriter } from './block-writer.ts';
import { decodeMetricName } from './compare-lines.ts';
import { decodeLabels, decodeValue } from './decode-line.ts';
import type { FamilyAction, KeepReplicas } from './family-action.ts';
import { type FamilyHead, isComposite, noFamily } from './family-head.ts';
import type { GivenSeries } from './given-series.ts';
import type { JoinMember } from './join-member.ts';
import type { KernelLines } from './kernel/join-kernel.ts';
import type { SampleGate } from './sample-gate.ts';
import type { SeriesCandidate, SeriesDecision } from './series-decision.ts';
import type { SeriesSampler } from './series-sampler.ts';

export interface GroupOutputOptions {
  readonly gate: SampleGate;
  /** Gets the hash of every series that was dealt with. */
  readonly given: GivenSeries;
  /** Gets some of the series that several members have. */
  readonly sampler: SeriesSampler;
  readonly family: (name: string) => FamilyAction;
  readonly keepReplicas: KeepReplicas;
  readonly timestamps: 'keep' | 'drop';
  /** Told of each series that may leave. */
  readonly onDecision?: ((decision: SeriesDecision) => void) | undefined;
}

/** Gives the line of a series that wins to the rules and, if it may leave, to the block. */
export class GroupOutput {
  seriesOut = 0;
  comparedLines = 0;
  /** Whether the series given last was kept apart by replica. */
  hasKept = false;
  /** Lines of the current family that were kept apart. */
  #keptInFamily = 0;
  #head: FamilyHead = noFamily;
  #isComposite = false;
  #action: FamilyAction = { pass: 'none' };
  #metricName = '';
  #keeps: 'all' | 'none' | 'some' = 'none';
  readonly #options: GroupOutputOptions;

  constructor(options: GroupOutputOptions) {
    this.#options = options;
  }

  /** Of the current family so far, over all replicas, but for those that are kept apart. */
  get seriesInFamily(): number {
    return this.#options.given.size - this.#keptInFamily;
  }

  enter(head: FamilyHead): void {
    this.#head = head;
    this.#keptInFamily = 0;
    this.#options.gate.enterFamily(head.name);
    this.#isComposite = isComposite(head);
    if (!this.#isComposite) this.#enterMetric(head.name);
  }

  /** The current family has more metric names than was known when it was entered. */
  widen(head: FamilyHead): void {
    this.#head = head;
    this.#isComposite = true;
  }

  /**
   * `members`: those that are at the series, the leader first, then in the order of the replicas. False, and nothing
   * done, where the block has no room.
   */
  give(out: BlockWriter, members: readonly JoinMember[], leader: JoinMember): boolean {
    const winner = members[0] === leader ? leader : newest(members);
    const { line } = winner.cursor;
    if (this.#isComposite) {
      const name = decodeMetricName(line);
      if (name !== this.#metricName) this.#enterMetric(name);
    }
    this.hasKept = this.#keeps !== 'none' && this.#isKept(line);
    if (this.hasKept ? !this.#giveKept(out, members, line) : !this.#giveJoined(out, winner, members, leader))
      return false;
    const { rule } = this.#action;
    if (rule !== undefined) rule(decodeLabels(line, line.run.joined), decodeValue(line), line.timestampMs);
    return true;
  }

  /** Whether the lines of the family that all members have may be given together: nothing is to be looked at in them. */
  get mayGiveMany(): boolean {
    const { gate, timestamps, onDecision } = this.#options;
    const { pass, rule } = this.#action;
    const justPass = pass === 'all' && rule === undefined && this.#keeps === 'none' && timestamps === 'keep';
    return justPass && !this.#isComposite && !gate.hasFilled && onDecision === undefined;
  }

  /** Between which timestamps lines may be given together. */
  get thresholds(): { readonly newerThanMs: number; readonly notNewerThanMs: number } {
    const { gate } = this.#options;
    return { newerThanMs: gate.watermarkMs, notNewerThanMs: gate.aheadFromMs };
  }

  /** Series that have no bit of it in the lower word of their hash may not be given together. */
  get sampleMask(): number {
    return this.#options.sampler.mask;
  }

  /** Lines of the leader that all members have, where {@link GroupOutput.mayGiveMany}; their names are those of `like`. */
  giveMany(out: BlockWriter, like: SampleLine, lines: KernelLines): void {
    const { given, gate } = this.#options;
    out.writeMany(this.#head, like, lines);
    given.addMany(lines.hashes);
    gate.noteMany(lines.members[0]!.newestMs);
    this.seriesOut += lines.lines;
    if (like.run.joined.isForeign) this.comparedLines += lines.lines;
  }

  #enterMetric(name: string): void {
    const { family, keepReplicas } = this.#options;
    this.#metricName = name;
    this.#action = family(name);
    if (typeof keepReplicas === 'string') this.#keeps = keepReplicas;
    else this.#keeps = keepReplicas.matchesName?.(name) ?? 'some';
  }

  #isKept(line: SampleLine): boolean {
    const { keepReplicas } = this.#options;
    if (this.#keeps === 'all' || typeof keepReplicas === 'string') return true;
    return keepReplicas(this.#metricName, decodeLabels(line, line.run.joined));
  }

  #passes(line: SampleLine): boolean {
    const { pass } = this.#action;
    if (pass === 'all') return true;
    return pass !== 'none' && pass(decodeLabels(line, line.run.joined));
  }

  // oxlint-disable-next-line max-params -- called for every series
  #giveJoined(out: BlockWriter, winner: JoinMember, members: readonly JoinMember[], leader: JoinMember): boolean {
    const { line } = winner.cursor;
    const isLeaders = winner === leader;
    const run = line.run.joined;
    const low = (line.low + run.low) | 0;
    const high = (line.high + run.high) | 0;
    const passes = this.#passes(line);
    if (passes && !(isLeaders ? this.#giveLeaders(out, line) : this.#giveFollowers(out, line))) return false;
    const { given, sampler, onDecision } = this.#options;
    if (onDecision !== undefined && passes) onDecision(this.#decision(members, winner, leader));
    given.add(low, high);
    if ((low & sampler.mask) === 0 && members.length > 1) sampler.add(low, line, members);
    return true;
  }

  #giveLeaders(out: BlockWriter, line: SampleLine): boolean {
    const { gate } = this.#options;
    const { timestampMs } = line;
    const run = line.run.joined;
    if (!gate.hasFilled) {
      if (timestampMs <= gate.watermarkMs) gate.suppressed += 1;
      else if (!this.#write(out, line, run)) return false;
      return true;
    }
    const low = (line.low + run.low) | 0;
    const high = (line.high + run.high) | 0;
    if (timestampMs <= gate.leaderThreshold(low, high)) {
      gate.suppressed += 1;
      return true;
    }
    if (!this.#write(out, line, run)) return false;
    gate.passLeader(low, high);
    return true;
  }

  #giveFollowers(out: BlockWriter, line: SampleLine): boolean {
    const { gate } = this.#options;
    const { timestampMs } = line;
    const run = line.run.joined;
    const low = (line.low + run.low) | 0;
    const high = (line.high + run.high) | 0;
    const left = !(timestampMs <= gate.followerThreshold(low, high));
    if (left && !this.#write(out, line, run)) return false;
    gate.fill(low, high, { timestampMs, left });
    return true;
  }

  /** Each replica's line by itself. Those whose replicas cannot be told apart are one series: the first one's. */
  #giveKept(out: BlockWriter, members: readonly JoinMember[], line: SampleLine): boolean {
    const { given } = this.#options;
    const lines = new Map<OutgoingRun, SampleLine>();
    for (const { cursor } of members) {
      if (!lines.has(cursor.line.run.kept)) lines.set(cursor.line.run.kept, cursor.line);
    }
    const sorted = [...lines].sort(([a], [b]) => compareUtf8(a.text, b.text));
    if (this.#passes(line)) {
      const bytes = sorted.reduce((sum, [run, each]) => sum + lineBytes(each, run), 0);
      if (!out.reserve(bytes, sorted.length)) return false;
      for (const [run, each] of sorted) {
        out.write(this.#head, each, run, this.#endOf(each));
        this.#count(run);
      }
    }
    for (const [run, each] of sorted) given.add((each.low + run.low) | 0, (each.high + run.high) | 0);
    this.#keptInFamily += sorted.length;
    if (this.#passes(line)) this.#options.onDecision?.(this.#decision(members, undefined, undefined));
    return true;
  }

  #decision(
    members: readonly JoinMember[],
    winner: JoinMember | undefined,
    leader: JoinMember | undefined,
  ): SeriesDecision {
    const { gate } = this.#options;
    const { line } = (winner ?? members[0]!).cursor;
    const run = line.run.joined;
    const low = (line.low + run.low) | 0;
    const high = (line.high + run.high) | 0;
    const isLeaders = winner === leader;
    const ofWinner = isLeaders ? gate.leaderThreshold(low, high) : gate.followerThreshold(low, high);
    const thresholdMs = winner === undefined ? -Infinity : ofWinner;
    return {
      name: this.#metricName,
      labels: decodeLabels(line, run),
      candidates: members.map(candidateOf),
      winner: winner?.index,
      isLeaders,
      thresholdMs,
      isGiven: !(line.timestampMs <= thresholdMs),
    };
  }

  #write(out: BlockWriter, line: SampleLine, run: OutgoingRun): boolean {
    if (!out.write(this.#head, line, run, this.#endOf(line))) return false;
    const { gate } = this.#options;
    if (line.timestampMs > gate.newestInFamilyMs) {
      gate.note((line.low + run.low) | 0, (line.high + run.high) | 0, line.timestampMs);
    }
    this.#count(run);
    return true;
  }

  #count(run: OutgoingRun): void {
    this.seriesOut += 1;
    if (run.isForeign) this.comparedLines += 1;
  }

  #endOf(line: SampleLine): number {
    return this.#options.timestamps === 'keep' ? line.end : line.valueEnd;
  }
}

function candidateOf({ index, cursor: { line } }: JoinMember): SeriesCandidate {
  const { bytes, valueStart, valueEnd, timestampMs } = line;
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + valueStart, valueEnd - valueStart).toString('latin1');
  return { replica: index, timestampMs, value };
}

function lineBytes(line: SampleLine, run: OutgoingRun): number {
  return line.end - line.start + Math.max(run.opening.length, run.following.length) + 1;
}

/** The member with the newest sample, the first of equals; a sample without a timestamp is older than any with one. */
function newest(members: readonly JoinMember[]): JoinMember {
  let best = members[0]!;
  for (const member of members) {
    const { timestampMs } = member.cursor.line;
    const bestMs = best.cursor.line.timestampMs;
    if (timestampMs > bestMs || (Number.isNaN(bestMs) && !Number.isNaN(timestampMs))) best = member;
  }
  return best;
}
