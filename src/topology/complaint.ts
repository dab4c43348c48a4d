interface ComplaintObservation {
  /** Whether the request showed what is complained about. */
  readonly shown: boolean;
  /** Series behind the observation: a narrow request does not absolve from what a wide one showed. */
  readonly series: number;
  readonly nowMs: number;
}

export interface Complaint {
  /** Takes in one observation; true when the complaint has stood for the patience. */
  observe(observation: ComplaintObservation): boolean;
  withdraw(): void;
}

/**
 * A complaint that has to last before it counts. It is withdrawn by a request that saw at least as many series without
 * it, or when no request repeats it for as long as the patience.
 */
export function createComplaint(patienceMs: number): Complaint {
  let sinceMs = Number.NaN;
  let repeatedMs = Number.NaN;
  let seriesBehind = 0;
  const withdraw = (): void => {
    sinceMs = Number.NaN;
    repeatedMs = Number.NaN;
    seriesBehind = 0;
  };
  return {
    observe({ shown, series, nowMs }) {
      if (!shown) {
        if (series >= seriesBehind) withdraw();
        return false;
      }
      // Written so that a first complaint (NaN) starts as well.
      if (!(nowMs - repeatedMs <= patienceMs)) {
        withdraw();
        sinceMs = nowMs;
      }
      repeatedMs = nowMs;
      seriesBehind = Math.max(seriesBehind, series);
      return nowMs - sinceMs >= patienceMs;
    },
    withdraw,
  };
}
