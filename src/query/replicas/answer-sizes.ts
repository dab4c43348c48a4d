import { LRUCache } from 'lru-cache';
import type { ReplicaQuery } from './replica-client.ts';

type Asked = Pick<ReplicaQuery, 'text' | 'isInstant'>;

/** How long replicas' answers to queries were lately, decompressed: what is short takes longer to compress than to send. */
export interface AnswerSizes {
  /** Of the last answer to the same text; Infinity where that is not known. */
  last(replica: string, query: Asked): number;
  observe(replica: string, query: Asked, bytes: number): void;
}

/** Together with their texts. */
const MAX_CHARS = 1024 * 1024;

export function createAnswerSizes(): AnswerSizes {
  const known = new LRUCache<string, number>({ maxSize: MAX_CHARS, sizeCalculation: (_, key) => 1 + key.length });
  const keyOf = (replica: string, { text, isInstant }: Asked): string =>
    `${replica} ${isInstant ? 'instant' : 'range'} ${text}`;
  return {
    last: (replica, query) => known.get(keyOf(replica, query)) ?? Infinity,
    observe: (replica, query, bytes) => void known.set(keyOf(replica, query), bytes),
  };
}
