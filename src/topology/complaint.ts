interface ComplaintObservation {
  /** Whether the request showed what is complained about. */
  readonly shown: boolean;
  /** Series behind the observation: a narrow request does not absolve from what a wide one showed. */
  readonly series: number;
  /** Newest sample that speaks for the complaint, Unix ms: what shows the same sample again is no new evidence. */
  readonly evidenceMs?: number;
  readonly nowMs: number;
}

export interface Complaint {
  /** Takes in one observation; for how long the complaint has stood, in ms: NaN without one, or without new evidence. */
  observe(observation: ComplaintObservation): number;
  withdraw(): void;
}

/** Scrapers come less often than every patience, too. */
const patiences = 4;

/**
 * A complaint that has to last before it counts. It is withdrawn by a request that saw at least as many series without
 * it, or when no request repeats it for four times the patience.
 */
export function createComplaint(patienceMs: number): Complaint {
  let sinceMs = Number.NaN;
  let repeatedMs = Number.NaN;
  let seriesBehind = 0;
  let firstEvidenceMs = -Infinity;
  const withdraw = (): void => {
    sinceMs = Number.NaN;
    repeatedMs = Number.NaN;
    seriesBehind = 0;
  };
  return {
    observe({ shown, series, nowMs, evidenceMs = Infinity }) {
      if (!shown) {
        if (series >= seriesBehind) withdraw();
        return Number.NaN;
      }
      // Written so that a first complaint (NaN) starts as well.
      if (!(nowMs - repeatedMs <= patiences * patienceMs && nowMs >= repeatedMs)) {
        withdraw();
        sinceMs = nowMs;
        firstEvidenceMs = evidenceMs;
      }
      repeatedMs = nowMs;
      seriesBehind = Math.max(seriesBehind, series);
      const isNew = evidenceMs === Infinity || evidenceMs > firstEvidenceMs;
      return isNew ? nowMs - sinceMs : Number.NaN;
    },
    withdraw,
  };
}
