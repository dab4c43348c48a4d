import type { DeduplicationConfig } from '../config/config.ts';
import { createComplaint } from './complaint.ts';
import { bestOf, isFuller, lacksMoreThan, type Standings } from './standings.ts';

/** What a leader is complained about, the worst first. */
const faults = ['ahead', 'lagging', 'incomplete'] as const;
type LeaderFault = (typeof faults)[number];

export interface LeaderComplaints {
  /** Takes in how the replicas stood in one request; the worst complaint that has stood for `patienceMs`. */
  standing(standings: Standings, nowMs: number, patienceMs: number): LeaderFault | undefined;
  withdraw(): void;
}

/** What is held against the leader of a shard as long as it leads. */
export function createLeaderComplaints(deduplication: DeduplicationConfig): LeaderComplaints {
  const { leaderPatienceMs, maxLeaderMissingRatio } = deduplication;
  const complaints = {
    ahead: createComplaint(leaderPatienceMs),
    lagging: createComplaint(leaderPatienceMs),
    incomplete: createComplaint(leaderPatienceMs),
  };

  const isIncomplete = ({ own, siblings }: Standings): boolean => {
    const best = bestOf(siblings);
    if (best === undefined || !isFuller(best, own)) return false;
    return lacksMoreThan(own, maxLeaderMissingRatio) && own.missingShare > maxLeaderMissingRatio;
  };

  return {
    standing(standings, nowMs, patienceMs) {
      const { own, siblings, newestSampleMs } = standings;
      const series = Math.max(own.series, ...siblings.map((sibling) => sibling.series));
      const wanted = own.series + own.missing;
      const stoodMs: Record<LeaderFault, number> = {
        ahead: complaints.ahead.observe({ shown: own.isAhead, series, nowMs }),
        lagging: complaints.lagging.observe({ shown: own.lags, series, nowMs, evidenceMs: newestSampleMs }),
        incomplete: complaints.incomplete.observe({ shown: isIncomplete(standings), series: wanted, nowMs }),
      };
      return faults.find((fault) => stoodMs[fault] >= patienceMs);
    },
    withdraw() {
      for (const complaint of Object.values(complaints)) complaint.withdraw();
    },
  };
}
