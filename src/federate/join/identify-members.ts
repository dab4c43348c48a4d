import { ExternalRuns, RunNames } from '../../exposition/text/external-run.ts';
import type { JoinMember } from './join-member.ts';
import { learnExternalLabels, LEARNING_BYTES } from './learn-external-labels.ts';

type Labels = Readonly<Record<string, string>>;

export interface IdentifyOptions {
  readonly replicaLabels: readonly string[];
  readonly attachedLabels: Labels;
  readonly shardLabels: Labels;
}

/** Finds out which external labels each replica appends, so that its lines can be taken apart. */
export class MemberIdentities {
  #names: RunNames | undefined;
  readonly #members: readonly JoinMember[];
  readonly #options: IdentifyOptions;

  constructor(members: readonly JoinMember[], options: IdentifyOptions) {
    this.#members = members;
    this.#options = options;
  }

  /** Whether enough of the member's body is there to learn from, where it has to be. */
  isReady({ cursor, externalLabels }: JoinMember): boolean {
    if (externalLabels !== undefined) return true;
    return cursor.stream.isEnded || cursor.stream.unread.length >= LEARNING_BYTES;
  }

  /** Makes `members` able to step; all must be ready. */
  identify(members: readonly JoinMember[]): void {
    this.#learn(members.filter(({ externalLabels }) => externalLabels === undefined));
    if (this.#names === undefined) this.#identifyFirst(members);
    else this.#identifyLate(members, this.#names);
    for (const member of members) member.isIdentified = true;
  }

  #learn(unknown: readonly JoinMember[]): void {
    const { replicaLabels, attachedLabels } = this.#options;
    const learned = learnExternalLabels(
      unknown.map(({ cursor }) => cursor.stream.unread),
      {
        replicaLabels,
        expectedLabels: Object.keys(attachedLabels),
        siblings: this.#members.flatMap(({ externalLabels }) => (externalLabels === undefined ? [] : [externalLabels])),
      },
    );
    for (const [i, member] of unknown.entries()) {
      member.externalLabels = learned[i]!;
      if (replicaLabels.some((name) => learned[i]![name] !== undefined)) member.identity = 'learned';
    }
  }

  #identifyFirst(members: readonly JoinMember[]): void {
    const { replicaLabels, attachedLabels, shardLabels } = this.#options;
    const known = this.#members.flatMap(({ state, externalLabels }) =>
      state === 'failed' || externalLabels === undefined ? [] : [externalLabels],
    );
    const common = commonLabels(known, replicaLabels);
    // Where replicas differ in other labels than replica labels, those count as their series' own. Then the order of
    // the lines is no longer that of the keys.
    const holdBack = known.some((labels) => ownPart(labels, replicaLabels).length > Object.keys(common).length);
    this.#names = new RunNames({
      externalLabels: known,
      replicaLabels,
      attachedLabels,
      shardLabels,
    });
    for (const { cursor, externalLabels } of members) {
      const labels = externalLabels!;
      const replica = Object.entries(labels).filter(([name]) => replicaLabels.includes(name));
      cursor.use(new ExternalRuns(this.#names, { ...common, ...Object.fromEntries(replica) }), { holdBack });
    }
  }

  #identifyLate(members: readonly JoinMember[], names: RunNames): void {
    for (const { cursor, externalLabels } of members) {
      const known = Object.entries(externalLabels!).filter(([name]) => names.names.includes(name));
      cursor.use(new ExternalRuns(names, Object.fromEntries(known)), { holdBack: false });
    }
  }
}

function ownPart(labels: Labels, replicaLabels: readonly string[]): [string, string][] {
  return Object.entries(labels).filter(([name, value]) => value !== '' && !replicaLabels.includes(name));
}

/** The pairs, other than replica labels, that all have. */
function commonLabels(all: readonly Labels[], replicaLabels: readonly string[]): Labels {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    ownPart(first, replicaLabels).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}
