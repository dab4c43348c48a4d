const signals = ['SIGTERM', 'SIGINT'] as const;

type TerminationSignal = (typeof signals)[number];

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: TerminationSignal, listener: (signal: TerminationSignal) => void): unknown;
  off(signal: TerminationSignal, listener: (signal: TerminationSignal) => void): unknown;
}

export interface Termination {
  /** Resolves at the first signal: end in good order. */
  readonly requested: Promise<TerminationSignal>;
  /** Resolves at the second one: end at once. */
  readonly insisted: Promise<TerminationSignal>;
  /** Leaves signals to the system again. */
  stop(): void;
}

export function watchTermination(source: SignalSource): Termination {
  const requested = Promise.withResolvers<TerminationSignal>();
  const insisted = Promise.withResolvers<TerminationSignal>();
  let count = 0;
  const onSignal = (signal: TerminationSignal): void => {
    count++;
    (count === 1 ? requested : insisted).resolve(signal);
  };
  for (const signal of signals) source.on(signal, onSignal);
  return {
    requested: requested.promise,
    insisted: insisted.promise,
    stop() {
      for (const signal of signals) source.off(signal, onSignal);
    },
  };
}
