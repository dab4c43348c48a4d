import type { GatewayError } from '../../model/errors.ts';
import type { JoinMember } from './join-member.ts';

export interface JoinTeamOptions {
  /** Index of a member. */
  readonly leader: number;
  /** Who takes its place, best first; those that are not in it come after those that are. */
  readonly succession: readonly number[];
  /** Another one leads from now on. */
  readonly onNewLeader: () => void;
}

/** The members of a join: who takes part, and who leads. */
export class JoinTeam {
  readonly members: readonly JoinMember[];
  /** In the order in which they are to lead. */
  readonly heirs: readonly JoinMember[];
  /** Runs or has ended, as long as there is such a one. */
  leader: JoinMember;
  /** Those that have lines or owe them: the leader first, then in the order of the replicas. */
  running: readonly JoinMember[] = [];
  readonly #onNewLeader: () => void;

  constructor(members: readonly JoinMember[], { leader, succession, onNewLeader }: JoinTeamOptions) {
    this.members = members;
    this.#onNewLeader = onNewLeader;
    const order = new Set([leader, ...succession, ...members.keys()]);
    this.heirs = [...order].map((index) => members[index]!);
    this.leader = this.heirs[0]!;
    if (this.leader.state === 'idle') this.#changeLeader();
    this.arrange();
  }

  start(member: JoinMember): void {
    member.state = 'running';
    if (this.leader.state === 'failed' || this.leader.state === 'idle') this.#changeLeader();
    this.arrange();
  }

  fail(member: JoinMember, error: GatewayError): void {
    member.state = 'failed';
    member.error = error;
    member.cursor.hasLine = false;
    if (member === this.leader) this.#changeLeader();
    this.arrange();
  }

  /** To be called when members have ended. */
  arrange(): void {
    const running = this.members.filter(({ state }) => state === 'running');
    this.running = [
      ...running.filter((member) => member === this.leader),
      ...running.filter((member) => member !== this.leader),
    ];
  }

  /** Whether another member than this one is alive. */
  hasSiblingOf(member: JoinMember): boolean {
    return this.members.some((other) => other !== member && (other.state === 'running' || other.state === 'ended'));
  }

  /** A replica whose families came too late to be given out has not carried the join to its end. */
  get isComplete(): boolean {
    const ended = this.members.filter(({ state }) => state === 'ended');
    return this.running.length === 0 && ended.some(({ cursor }) => !cursor.isLate);
  }

  /** Who can still be started where nobody has ended, and so may have given all there is. */
  get reserve(): JoinMember | undefined {
    if (this.members.some(({ state }) => state === 'ended')) return undefined;
    return this.heirs.find(({ state }) => state === 'idle');
  }

  #changeLeader(): void {
    const next =
      this.heirs.find(({ state }) => state === 'running') ?? this.heirs.find(({ state }) => state === 'ended');
    if (next === undefined) return;
    this.leader = next;
    this.#onNewLeader();
    for (const member of this.members) member.equalsLeader = false;
  }
}
