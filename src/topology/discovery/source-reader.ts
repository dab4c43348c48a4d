import type { DiscoveredTarget } from './discovered-target.ts';

/**
 * Asks one source for its targets, part by part: a file, a URL, or a name. A part that cannot be read keeps what it gave
 * last, whatever becomes of the others.
 */
export interface SourceReader {
  /** The parts that there are now. Rejects where that cannot be found out: then those of before stay. */
  parts(): Promise<readonly string[]>;
  /** The targets of one part; rejects with what is wrong. */
  read(part: string, signal: AbortSignal): Promise<readonly DiscoveredTarget[]>;
  /** Calls back when a part may have changed; the returned function ends that. */
  watch?(onChange: () => void): () => void;
}
