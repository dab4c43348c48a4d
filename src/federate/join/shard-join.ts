import { compareUtf8 } from '../../model/compare-utf8.ts';
import { type GatewayError, toGatewayError } from '../../model/errors.ts';
import type { BlockWriter } from './block-writer.ts';
import { compareLines } from './compare-lines.ts';
import { type FamilyHead, widens } from './family-head.ts';
import { GivenFamilies } from './given-families.ts';
import { GivenSeries } from './given-series.ts';
import { GroupOutput } from './group-output.ts';
import { MemberIdentities } from './identify-members.ts';
import { canFollow, isStuck, JoinMember } from './join-member.ts';
import type { ShardJoinOptions } from './join-options.ts';
import { type JoinSummary, summaryOf } from './join-summary.ts';
import { JoinTeam } from './join-team.ts';
import { ReplicaCursor, STUCK } from './replica-cursor.ts';
import { END, NEED } from './replica-stream.ts';
import { SampleGate } from './sample-gate.ts';
import { SeriesSampler } from './series-sampler.ts';
import { SiblingCall } from './sibling-call.ts';
import { UnanimousLines } from './unanimous-lines.ts';

/**
 * `need`: nothing goes on before one of `replicas` gets bytes, its end or its failure; `ready` have a line and wait, or
 * have ended: the join could go on without the others.
 * When all that were started have failed, or the only one gives far fewer series than expected, `replicas` is the next one
 * that was not: to be started, or to be failed.
 * `full`: the writer has no room. `failed`: no replica carried the join to its end; what was written holds all the same.
 */
export type JoinStatus =
  | { readonly kind: 'need'; readonly replicas: readonly number[]; readonly ready: readonly number[] }
  | { readonly kind: 'full' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' };

/** Joins the byte streams of one shard's replicas: each series once. Synchronous; no I/O, no clock. */
export interface ShardJoin {
  /**
   * Hands over bytes of a replica's body, cut anywhere; they are copied. Meant for replicas that `need` them: what is
   * pushed ahead is held in memory.
   */
  push(replica: number, chunk: Uint8Array): void;
  /** The body is complete. */
  end(replica: number): void;
  /** The replica died or was dropped; siblings go on. No effect once it has ended. */
  fail(replica: number, error: GatewayError): void;
  /** A replica that was not started takes part from now on; series that were given out are skipped. */
  start(replica: number): void;
  /** Why the replica no longer takes part, if it failed: also for what the join itself found wrong with it. */
  failure(replica: number): GatewayError | undefined;
  /** Bytes of a replica's samples that were read; comments, TYPE lines and the like do not count. */
  sampleBytes(replica: number): number;
  /** Writes lines until the writer is full, bytes are needed, or the join is at its end. */
  advance(out: BlockWriter): JoinStatus;
  /** What was seen so far; meant for after the end. */
  summary(): JoinSummary;
  /** How thin the sample of series has come to be. */
  readonly sampleMask: number;
}

/** @see design.md, section 4.1 */
export function createShardJoin(options: ShardJoinOptions): ShardJoin {
  return new ReplicaJoin(options);
}

class ReplicaJoin implements ShardJoin {
  readonly #team: JoinTeam;
  readonly #gate: SampleGate;
  readonly #given = new GivenSeries();
  readonly #sampler: SeriesSampler;
  readonly #output: GroupOutput;
  readonly #unanimous: UnanimousLines;
  readonly #identities: MemberIdentities;
  readonly #siblings: SiblingCall | undefined;
  readonly #givenFamilies = new GivenFamilies();
  readonly #group: JoinMember[] = [];
  #family: FamilyHead | undefined;
  /** Whether all that run are at the leader's line, and in the current family. */
  #isUnanimous = false;
  /** Whether members have ended, or got stuck, that were running when this was looked at last. */
  #hasEnded = false;
  #hasStuck = false;
  /** Whose fault an exception is. */
  #stepping: JoinMember | undefined;
  #duplicates = 0;

  constructor(options: ShardJoinOptions) {
    const { maxLineBytes, maxLabelsPerSeries, maxLabelValueBytes, maxBufferedBytes } = options.limits;
    const members = options.replicas.map((replica, index) => {
      const cursor = new ReplicaCursor({
        order: replica.order,
        maxLineBytes: maxLineBytes || Infinity,
        maxLabels: maxLabelsPerSeries || Infinity,
        maxLabelValueBytes: maxLabelValueBytes || Infinity,
        maxBufferedBytes: maxBufferedBytes || Infinity,
      });
      return new JoinMember(index, cursor, replica);
    });
    const gate = new SampleGate(options);
    this.#gate = gate;
    this.#team = new JoinTeam(members, { ...options, onNewLeader: () => gate.changeLeader() });
    this.#sampler = new SeriesSampler(options.replicas.length, options.sampleMask ?? 0);
    this.#output = new GroupOutput({ ...options, gate, given: this.#given, sampler: this.#sampler });
    this.#unanimous = new UnanimousLines({
      kernel: options.kernel,
      output: this.#output,
      maxLineBytes: maxLineBytes || Infinity,
      maxLabelValueBytes: maxLabelValueBytes || Infinity,
    });
    this.#identities = new MemberIdentities(members, options);
    this.#siblings = options.expectation && new SiblingCall(this.#team.heirs, options.expectation);
  }

  push(replica: number, chunk: Uint8Array): void {
    const member = this.#team.members[replica]!;
    if (member.state === 'failed') return;
    member.bytes += chunk.length;
    member.cursor.stream.push(chunk);
  }

  end(replica: number): void {
    const member = this.#team.members[replica]!;
    if (member.state === 'running') member.cursor.stream.end();
  }

  fail(replica: number, error: GatewayError): void {
    const member = this.#team.members[replica]!;
    if (member.state !== 'failed' && member.state !== 'ended') this.#team.fail(member, error);
  }

  start(replica: number): void {
    const member = this.#team.members[replica]!;
    if (member.state !== 'idle') return;
    member.isCatchingUp = this.#family !== undefined;
    this.#team.start(member);
  }

  sampleBytes(replica: number): number {
    const { consumed, skippedBytes } = this.#team.members[replica]!.cursor.stream;
    return consumed - skippedBytes;
  }

  failure(replica: number): GatewayError | undefined {
    return this.#team.members[replica]!.error;
  }

  get sampleMask(): number {
    return this.#sampler.mask;
  }

  advance(out: BlockWriter): JoinStatus {
    for (;;) {
      try {
        return this.#run(out);
      } catch (error) {
        const culprit = this.#stepping;
        if (culprit === undefined) throw error;
        this.#stepping = undefined;
        this.fail(culprit.index, toGatewayError(error));
      }
    }
  }

  summary(): JoinSummary {
    const members = this.#team.members;
    const gate = this.#gate;
    gate.leaveFamily();
    return {
      status: this.#team.isComplete ? 'complete' : 'failed',
      replicas: members.map(summaryOf),
      newestGivenMs: gate.newestGivenMs,
      families: gate.families,
      ahead: gate.ahead,
      givenBefore: gate.givenBefore,
      sampled: this.#sampler.sampled(),
      filled: gate.filled,
      passed: gate.passed,
      filledOverflow: gate.filledOverflow,
      leader: this.#team.leader.index,
      seriesOut: this.#output.seriesOut,
      suppressed: gate.suppressed,
      filledSeries: gate.filledSeries,
      duplicates: members.reduce((sum, { cursor }) => sum + cursor.duplicates, this.#duplicates),
      comparedLines: this.#output.comparedLines,
      counted: this.#siblings?.counted(this.#output.seriesInFamily),
    };
  }

  #run(out: BlockWriter): JoinStatus {
    const unidentified = this.#team.running.filter(({ isIdentified }) => !isIdentified);
    if (unidentified.length > 0) {
      if (!unidentified.every((member) => this.#identities.isReady(member))) return this.#needForIdentities();
      this.#identities.identify(unidentified);
    }
    for (;;) {
      if (!this.#gather()) return this.#need();
      if (this.#hasStuck) {
        this.#resolveDisorder();
        continue;
      }
      if (!this.#isUnanimous) {
        const status = this.#changeFamily();
        if (status !== undefined) return status;
      }
      const group = this.#isUnanimous ? this.#team.running : this.#selectSeries();
      if (this.#givenFamilies.mayRepeat && this.#givenFamilies.hasGiven(group[0]!.cursor.line)) {
        this.#duplicates += 1;
        this.#goOn(group);
        continue;
      }
      if (!this.#output.give(out, group, this.#team.leader)) return { kind: 'full' };
      this.#take(group);
      if (group === this.#team.running && !this.#givenFamilies.mayRepeat) this.#takeMany(out);
    }
  }

  /** Brings every cursor to a line or to its end; false where one owes bytes. */
  #gather(): boolean {
    const running = this.#team.running;
    const leading = this.#team.leader.cursor;
    let hasAll = true;
    let isUnanimous = true;
    for (let i = 0; i < running.length; i++) {
      const member = running[i]!;
      if (!member.cursor.hasLine && !this.#advanceMember(member, leading)) hasAll = false;
      if (member.cursor === leading ? !member.isInFamily : !member.equalsLeader) isUnanimous = false;
    }
    this.#isUnanimous = isUnanimous && leading.hasLine;
    this.#stepping = undefined;
    if (this.#hasEnded) {
      this.#hasEnded = false;
      this.#team.arrange();
    }
    return hasAll;
  }

  /** False where the member owes bytes. */
  #advanceMember(member: JoinMember, leading: ReplicaCursor): boolean {
    const { cursor } = member;
    if (cursor.disorder !== undefined) return true;
    this.#stepping = member;
    const mayFollow = cursor !== leading && leading.hasLine && leading.isStreaming && canFollow(member);
    if (!mayFollow || !cursor.stepIfEqual(leading)) return this.#step(member);
    member.equalsLeader = true;
    if (member.family !== cursor.family) {
      member.family = cursor.family;
      member.isInFamily = this.#team.leader.isInFamily;
    }
    return true;
  }

  /** False where the member owes bytes. */
  #step(member: JoinMember): boolean {
    const { cursor } = member;
    for (;;) {
      const step = cursor.step();
      if (step === NEED) return false;
      if (step === STUCK) {
        this.#hasStuck = true;
        return true;
      }
      if (step === END) {
        member.state = 'ended';
        this.#hasEnded = true;
        return true;
      }
      if (cursor.family !== member.family) {
        member.family = cursor.family;
        member.isInFamily = cursor.family.name === this.#family?.name;
        if (member.isInFamily && widens(cursor.family, this.#family!)) this.#widen(cursor.family);
      }
      if (!this.#wasGiven(member)) return true;
      cursor.hasLine = false;
    }
  }

  /** Whether the line at the member's cursor has to be skipped, because its series or its family was given out. */
  #wasGiven(member: JoinMember): boolean {
    const { cursor } = member;
    if (this.#family === undefined || !(member.isCatchingUp || cursor.isRepeating || cursor.isLate)) return false;
    if (cursor.isLate && this.#givenFamilies.isTooLate(cursor.family, cursor.line, this.#family)) {
      this.#duplicates += 1;
      return true;
    }
    if (member.isInFamily) {
      const isGiven = this.#given.hasLine(cursor.line);
      if (isGiven && !member.isCatchingUp) this.#duplicates += 1;
      return isGiven;
    }
    if (!member.isCatchingUp) return false;
    member.isCatchingUp = compareUtf8(cursor.family.name, this.#family.name) < 0;
    return member.isCatchingUp;
  }

  /**
   * Does without members whose families are out of order, but for the last one alive. Decided when all are at a line or
   * stuck, so that it does not depend on whose bytes came first.
   */
  #resolveDisorder(): void {
    this.#hasStuck = false;
    for (const member of this.#team.running.filter(isStuck)) {
      if (this.#team.hasSiblingOf(member)) this.fail(member.index, member.cursor.disorder!);
      else member.cursor.holdRest();
    }
  }

  /** The current family, as long as a line of it is at a cursor, or else the next one; undefined where none is left. */
  #nextFamily(): FamilyHead | undefined {
    let next: FamilyHead | undefined;
    for (const { cursor, isInFamily } of this.#team.running) {
      if (!cursor.hasLine) continue;
      if (isInFamily) return this.#family;
      const { family } = cursor;
      const order = next === undefined ? -1 : compareUtf8(family.name, next.name);
      if (order < 0 || (order === 0 && widens(family, next!))) next = family;
    }
    return next;
  }

  #widen(family: FamilyHead): void {
    this.#family = family;
    this.#givenFamilies.widen(family);
    this.#output.widen(family);
  }

  /** Enters the next family where the current one is at its end; a status where the join does not go on. */
  #changeFamily(): JoinStatus | undefined {
    const next = this.#nextFamily();
    if (next !== undefined && next === this.#family) return undefined;
    const call = this.#callSibling(next);
    if (call !== undefined) return call;
    if (next === undefined) return this.#finish();
    this.#enter(next);
    return undefined;
  }

  #enter(next: FamilyHead): void {
    this.#siblings?.enter(next.name, this.#output.seriesInFamily);
    this.#givenFamilies.change(this.#family, next, this.#given);
    this.#family = next;
    this.#output.enter(next);
    for (const member of this.#team.members) member.isInFamily = member.family?.name === next.name;
  }

  #callSibling(next: FamilyHead | undefined): JoinStatus | undefined {
    const called = this.#siblings?.wanted(this.#output.seriesInFamily, next?.name);
    return called && { kind: 'need', replicas: [called.sibling], ready: [called.only] };
  }

  /** Finds the lowest series of the current family and the members that are at it. */
  #selectSeries(): JoinMember[] {
    const group = this.#group;
    group.length = 0;
    for (const member of this.#team.running) {
      if (!member.cursor.hasLine || !member.isInFamily) continue;
      const first = group[0];
      if (first === undefined) {
        group.push(member);
        continue;
      }
      const isKnownEqual = member.equalsLeader && first === this.#team.leader;
      const order = isKnownEqual ? 0 : compareLines(member.cursor.line, first.cursor.line, 0);
      if (order > 0) continue;
      if (order < 0) group.length = 0;
      group.push(member);
    }
    return group;
  }

  #goOn(group: readonly JoinMember[]): void {
    for (let i = 0; i < group.length; i++) {
      const member = group[i]!;
      member.cursor.hasLine = false;
      member.equalsLeader = false;
    }
  }

  #take(group: readonly JoinMember[]): void {
    this.#goOn(group);
    if (group.length === this.#team.members.length || this.#output.hasKept) return;
    for (const member of this.#team.members) {
      if ((member.state === 'running' || member.state === 'ended') && !group.includes(member)) member.missing += 1;
    }
  }

  /** After a line that all that run have: they go on as long as they have the same ones. */
  #takeMany(out: BlockWriter): void {
    const lines = this.#unanimous.join(out, this.#team.running);
    if (lines === 0 || this.#team.running.length === this.#team.members.length) return;
    for (const member of this.#team.members) if (member.state === 'ended') member.missing += lines;
  }

  #need(): JoinStatus {
    const waits = (member: JoinMember): boolean => member.cursor.hasLine || isStuck(member);
    return this.#needUnless(waits);
  }

  #needForIdentities(): JoinStatus {
    const hasBytes = ({ cursor }: JoinMember): boolean => cursor.stream.isEnded || cursor.stream.unread.length > 0;
    const waits = (member: JoinMember): boolean => this.#identities.isReady(member) && hasBytes(member);
    return this.#needUnless(waits);
  }

  #needUnless(waits: (member: JoinMember) => boolean): JoinStatus {
    const hasEnded = ({ state, cursor }: JoinMember): boolean => state === 'ended' && !cursor.isLate;
    return {
      kind: 'need',
      replicas: this.#team.running.filter((member) => !waits(member)).map(({ index }) => index),
      ready: this.#team.members
        .filter((member) => hasEnded(member) || (member.state === 'running' && waits(member)))
        .map(({ index }) => index),
    };
  }

  #finish(): JoinStatus {
    const { isComplete, reserve } = this.#team;
    if (isComplete) return { kind: 'done' };
    return reserve === undefined ? { kind: 'failed' } : { kind: 'need', replicas: [reserve.index], ready: [] };
  }
}
