import type { DiscoveredTarget } from './discovered-target.ts';
import type { SourceReader } from './source-reader.ts';

/** What is known of one part of a source. */
export interface PartState {
  readonly part: string;
  /** As last read; undefined as long as it never was. */
  readonly targets: readonly DiscoveredTarget[] | undefined;
  /** Why it could not be read the last time. */
  readonly error: string | undefined;
}

/** What a source gave: of each part what it gave last, however the latest attempt ended. */
export interface SourceParts {
  /** In the order of the configuration. */
  parts(): readonly PartState[];
  /** Why the parts could not be found out the last time. */
  error(): string | undefined;
  /** Whether every part has been read at least once. */
  hasAnswered(): boolean;
}

export interface ReadableParts extends SourceParts {
  /** Reads all parts anew. Never rejects; tells whether anything is other than before, and whether anything failed. */
  read(signal: AbortSignal): Promise<{ readonly hasChanged: boolean; readonly hasFailed: boolean }>;
}

/** `before`: what the same source gave when it was asked in another way; it stays until the reader gives something else. */
export function createSourceParts(reader: SourceReader, before: readonly PartState[] = []): ReadableParts {
  let states = before;
  let isListed = before.length > 0;
  let failure: string | undefined;
  const snapshot = (): string => JSON.stringify([states, failure ?? '', isListed]);

  const readPart = async (part: string, signal: AbortSignal): Promise<PartState> => {
    try {
      return { part, targets: await reader.read(part, signal), error: undefined };
    } catch (error) {
      const targets = states.find((state) => state.part === part)?.targets;
      return { part, targets, error: messageOf(error) };
    }
  };
  return {
    parts: () => states,
    error: () => failure,
    hasAnswered: () => isListed && states.every(({ targets }) => targets !== undefined),
    async read(signal) {
      const last = snapshot();
      try {
        const parts = await reader.parts();
        states = await Promise.all(parts.map((part) => readPart(part, signal)));
        isListed = true;
        failure = undefined;
      } catch (error) {
        failure = messageOf(error);
      }
      const hasFailed = failure !== undefined || states.some(({ error }) => error !== undefined);
      return { hasChanged: snapshot() !== last, hasFailed };
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
