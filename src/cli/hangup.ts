/** The part of `process` that is needed. */
export interface HangupSource {
  on(signal: 'SIGHUP', listener: () => void): unknown;
}

/** SIGHUP, which asks a server for a reload. */
export interface Hangup {
  /** Tells of each signal from now on, and of one that came while nobody listened. */
  listen(onHangup: () => void): void;
}

/** From here on SIGHUP does not end the process: it may come before there is anything to reload. */
export function watchHangup(source: HangupSource): Hangup {
  let wasMissed = false;
  let tell = (): void => {
    wasMissed = true;
  };
  source.on('SIGHUP', () => tell());
  return {
    listen(onHangup) {
      tell = onHangup;
      if (wasMissed) onHangup();
    },
  };
}
