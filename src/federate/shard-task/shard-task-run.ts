import type { EscapingScheme } from '../../exposition/escaping.ts';
import { fromPlainError, GatewayError } from '../../model/errors.ts';
import type { BlockBuffers } from '../../workers/block-buffers.ts';
import type { BlockSender } from '../../workers/block-channel.ts';
import type { BlockWriter } from '../join/block-writer.ts';
import type { ShardJoin } from '../join/shard-join.ts';
import type { ReplicaRead } from './replica-read.ts';
import type { BlockMeta, ShardTaskResult } from './shard-task.ts';
import { escapeBlock } from './escape-block.ts';
import { createPatience, type Patience } from '../../upstream/patience.ts';
import { credibleBytes } from './credible-bytes.ts';
import { waitForReads } from './wait-for-reads.ts';

export interface ShardTaskRunOptions {
  /** In the order of the shard's replicas; none started. */
  readonly reads: readonly ReplicaRead[];
  /** Replica names for messages. */
  readonly names: readonly string[];
  /** Which to start at once; the others only when none of these is left. */
  readonly startFirst: readonly number[];
  /** In which order those others are started. */
  readonly succession: readonly number[];
  readonly escaping: EscapingScheme;
  readonly hedgeDelayMs: number;
  /** A replica that sends less while a sibling waits owes as if it sent nothing; 0 = one byte is enough. */
  readonly minBytesPerSecond: number;
  /** Of each read's body, decompressed, as it was when it last came whole; Infinity where that is not known. */
  readonly usualBytes: readonly number[];
  /** Called once, when the replicas that will take part at first are open. */
  readonly createJoin: () => ShardJoin;
  readonly sender: BlockSender<BlockMeta, ShardTaskResult>;
  readonly writer: BlockWriter;
}

/**
 * Drives one shard's join: reads replicas, drops the one that owes bytes longer than the hedge delay while a sibling
 * could go on, starts a sibling when none is left, and sends blocks as credit allows. Ends early when the sender's
 * signal fires.
 */
export class ShardTaskRun {
  readonly #options: ShardTaskRunOptions;
  #join: ShardJoin | undefined;
  /** Those that the writer has. */
  #buffers: BlockBuffers | undefined;
  readonly #patience: Patience<ReplicaRead>;

  constructor(options: ShardTaskRunOptions) {
    this.#options = options;
    this.#patience = createPatience({
      delayMs: options.hedgeDelayMs,
      minBytesPerSecond: options.minBytesPerSecond,
      clock: () => performance.now(),
      usefulBytes: (read) => {
        const sampleBytes = this.#join?.sampleBytes(options.reads.indexOf(read)) ?? 0;
        return Math.min(sampleBytes, credibleBytes(options.reads, options.usualBytes));
      },
    });
  }

  /** Resolves to the join at its end; undefined when no replica ever answered or the task was aborted before that. */
  async run(): Promise<ShardJoin | undefined> {
    const { reads, startFirst, sender } = this.#options;
    const stopAll = (): void => {
      for (const read of reads) if (read.isStarted) read.stop('unused');
    };
    sender.signal.addEventListener('abort', stopAll, { once: true });
    try {
      for (const replica of startFirst) reads[replica]!.start();
      await this.#openFirst();
      if (this.#live().length > 0) await this.#joinToTheEnd();
      return this.#join;
    } finally {
      if (this.#buffers !== undefined) sender.release(this.#buffers);
      stopAll();
    }
  }

  /** Waits until every replica that takes part from the beginning is open. */
  async #openFirst(): Promise<void> {
    while (!this.#options.sender.signal.aborted) {
      this.#failBroken();
      const opening = this.#live().filter((read) => !read.isOpen);
      if (opening.length === 0) return;
      await this.#waitOrDrop(opening, this.#live().length > opening.length);
    }
  }

  async #joinToTheEnd(): Promise<void> {
    const { sender, writer, reads, createJoin } = this.#options;
    const join = createJoin();
    this.#join = join;
    for (const [replica, read] of reads.entries()) {
      if (read.error !== undefined) join.fail(replica, fromPlainError(read.error));
    }
    while (!sender.signal.aborted) {
      const status = join.advance(writer);
      this.#stopRefused(join);
      if (status.kind === 'done' || status.kind === 'failed') break;
      if (status.kind === 'full') {
        await this.#flush();
        continue;
      }
      this.#startMissing(status.replicas);
      const owing = status.replicas.map((replica) => reads[replica]!);
      const fed = status.replicas.filter((replica) => this.#feed(join, replica));
      // What was fed last has been worked on since, what is fed now will be.
      const overdue = this.#canDrop(status.ready.length > 0) ? this.#patience.worked(owing) : [];
      if (fed.length > 0) {
        this.#dropOverdue(overdue.filter(({ result }) => result === 'unused'));
        continue;
      }
      if (writer.isWorthSending) await this.#flush();
      await this.#waitOrDrop(owing, status.ready.length > 0);
    }
    if (!sender.signal.aborted) this.#send();
  }

  /** The join found its last replica bad by itself and asks for one that was not started. */
  #startMissing(replicas: readonly number[]): void {
    for (const replica of replicas) {
      if (!this.#options.reads[replica]!.isStarted) this.#startLate(replica);
    }
  }

  #startLate(replica: number): void {
    this.#options.reads[replica]!.start();
    this.#join?.start(replica);
  }

  /** Lets the connections of replicas go whose bytes the join has refused. */
  #stopRefused(join: ShardJoin): void {
    for (const [replica, read] of this.#options.reads.entries()) {
      const failure = join.failure(replica);
      if (failure !== undefined && read.result === 'unused') read.stop('failed', failure);
    }
  }

  /** Whether the join got something from the replica: bytes, its end or its failure. */
  #feed(join: ShardJoin, replica: number): boolean {
    const read = this.#options.reads[replica]!;
    const chunk = read.take();
    if (chunk !== undefined) {
      join.push(replica, chunk);
      return true;
    }
    if (read.isEnded) {
      read.stop('complete');
      join.end(replica);
      return true;
    }
    return this.#failBroken();
  }

  /** Takes replicas out whose read has failed; whether there were any. */
  #failBroken(): boolean {
    const broken = this.#live().filter((read) => read.failure !== undefined);
    for (const read of broken) this.#takeOut(read, 'failed', read.failure!);
    return broken.length > 0;
  }

  async #waitOrDrop(owing: readonly ReplicaRead[], siblingWaits: boolean): Promise<void> {
    if (!this.#canDrop(siblingWaits)) {
      await waitForReads(owing, Infinity);
      this.#patience.rested();
      return;
    }
    const outcome = await this.#patience.during(owing, (delayMs) => waitForReads(owing, delayMs));
    if (outcome === 'progress') return;
    this.#dropOverdue(owing.filter((read) => read.pending !== undefined && this.#patience.isOver(read)));
  }

  #canDrop(siblingWaits: boolean): boolean {
    return siblingWaits || this.#unstarted() !== undefined;
  }

  #dropOverdue(overdue: readonly ReplicaRead[]): void {
    const { hedgeDelayMs } = this.#options;
    for (const read of overdue) {
      const name = this.#options.names[this.#options.reads.indexOf(read)];
      const error = new GatewayError(
        'PG_UPSTREAM_SLOW',
        `replica ${name} owed bytes, or sent hardly any, for longer than the hedge delay of ${Math.round(hedgeDelayMs)} ms while a sibling could go on`,
      );
      this.#takeOut(read, 'dropped', error);
    }
  }

  #takeOut(read: ReplicaRead, result: 'failed' | 'dropped', error: GatewayError): void {
    const replica = this.#options.reads.indexOf(read);
    read.stop(result, error);
    const sibling = this.#live().length === 0 ? this.#unstarted() : undefined;
    if (sibling !== undefined) this.#startLate(sibling);
    this.#join?.fail(replica, error);
  }

  #live(): ReplicaRead[] {
    return this.#options.reads.filter((read) => read.isStarted && read.result === 'unused');
  }

  #unstarted(): number | undefined {
    const { succession, reads } = this.#options;
    return succession.find((replica) => !reads[replica]!.isStarted);
  }

  /** Sends what was written and waits for credit to write more. */
  async #flush(): Promise<void> {
    this.#send();
    if (this.#buffers !== undefined) return;
    const { sender, writer } = this.#options;
    this.#buffers = await sender.acquire();
    this.#patience.rested();
    if (this.#buffers !== undefined) writer.reset(this.#buffers);
  }

  #send(): void {
    const { sender, writer, escaping } = this.#options;
    const block = writer.take();
    if (block === undefined) return;
    this.#buffers = undefined;
    const { buffers, meta } = escapeBlock(block, escaping);
    sender.send(buffers, meta);
  }
}
