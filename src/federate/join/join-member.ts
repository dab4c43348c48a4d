import type { GatewayError } from '../../model/errors.ts';
import type { FamilyHead } from './family-head.ts';
import type { ReplicaCursor } from './replica-cursor.ts';

/** One replica's part in a join. */
export class JoinMember {
  readonly index: number;
  readonly cursor: ReplicaCursor;
  state: 'idle' | 'running' | 'ended' | 'failed';
  error: GatewayError | undefined;
  /** Undefined until known or learned. */
  externalLabels: Readonly<Record<string, string>> | undefined;
  identity: 'known' | 'learned' | 'unknown';
  isIdentified = false;
  bytes = 0;
  missing = 0;
  /** The family at the cursor, as it was last looked at, and whether it is the one that is being given out. */
  family: FamilyHead | undefined;
  isInFamily = false;
  /** Whether the line at the cursor was found equal to the leader's. */
  equalsLeader = false;
  /** Whether it began after lines had been given out, which have to be skipped. */
  isCatchingUp = false;

  constructor(index: number, cursor: ReplicaCursor, replica: MemberReplica) {
    this.index = index;
    this.cursor = cursor;
    this.state = (replica.isStarted ?? true) ? 'running' : 'idle';
    this.externalLabels = replica.externalLabels;
    this.identity = replica.externalLabels === undefined ? 'unknown' : 'known';
  }
}

interface MemberReplica {
  readonly externalLabels: Readonly<Record<string, string>> | undefined;
  readonly isStarted?: boolean;
}

/** Whether the member's lines may be compared with the leader's before they are scanned. */
export function canFollow(member: JoinMember): boolean {
  return member.cursor.isStreaming && !member.isCatchingUp;
}

/** Whether its families are out of order. */
export function isStuck({ cursor }: JoinMember): boolean {
  return cursor.disorder !== undefined;
}
