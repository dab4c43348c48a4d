import { ReplicaRead, type OpenBody } from '../../../../src/federate/shard-task/replica-read.ts';

type Event = Uint8Array | 'end' | Error;

/** A replica whose answer the test writes: nothing arrives before it is told to. */
export interface ScriptedReplica {
  readonly read: ReplicaRead;
  /** Lets the head of the answer arrive. */
  open(): void;
  refuse(error: Error): void;
  send(text: string): void;
  end(): void;
  breakOff(error: Error): void;
  /** Whether the read let its connection go. */
  readonly isAborted: boolean;
}

/** `identity`: what the replica says of its external labels; left out = it is not asked. */
export function scriptReplica(identity?: Readonly<Record<string, string>>): ScriptedReplica {
  const opened = Promise.withResolvers<OpenBody>();
  const events: Event[] = [];
  let wake = Promise.withResolvers<void>();
  let isAborted = false;
  const tell = (event: Event): void => {
    events.push(event);
    wake.resolve();
  };
  const nextEvent = async (): Promise<Event> => {
    while (events.length === 0) {
      await wake.promise;
      wake = Promise.withResolvers();
    }
    return events.shift()!;
  };
  async function* body(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const event = await nextEvent();
      if (event === 'end') return;
      if (event instanceof Error) throw event;
      yield event;
    }
  }
  const read = new ReplicaRead({
    open(signal) {
      signal.addEventListener('abort', () => {
        isAborted = true;
        tell(new Error('aborted'));
      });
      return opened.promise;
    },
    identify: identity === undefined ? undefined : async () => identity,
    clock: () => performance.now(),
    maxBytes: 100_000,
    maxWireBytes: 0,
  });
  return {
    read,
    get isAborted() {
      return isAborted;
    },
    open: () => opened.resolve({ body: body(), wireBytes: () => 0 }),
    refuse: (error) => opened.reject(error),
    send: (text) => tell(new TextEncoder().encode(text)),
    end: () => tell('end'),
    breakOff: (error) => tell(error),
  };
}
