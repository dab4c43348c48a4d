import { highWaterBytes, processTree, residentBytes } from './process-memory.ts';

export interface MemorySampler {
  /** `currentPeakBytes`: the largest sum seen over the tree; `peakBytes`: never less than the root's own high-water mark. */
  stop(): { peakBytes: number; currentPeakBytes: number; samples: number };
}

const SAMPLE_EVERY_MS = 20;
const TREE_EVERY_SAMPLES = 50;

/** Sums the resident memory of a process and all its descendants every 20 ms. */
export function sampleMemory(rootPid: number): MemorySampler {
  let tree = processTree(rootPid);
  let peakBytes = 0;
  let samples = 0;
  const sample = (): void => {
    if (samples % TREE_EVERY_SAMPLES === 0) tree = processTree(rootPid);
    peakBytes = Math.max(
      peakBytes,
      tree.reduce((sum, pid) => sum + residentBytes(pid), 0),
    );
    samples++;
  };
  sample();
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return {
        peakBytes: Math.max(peakBytes, highWaterBytes(rootPid)),
        currentPeakBytes: peakBytes,
        samples,
      };
    },
  };
}
