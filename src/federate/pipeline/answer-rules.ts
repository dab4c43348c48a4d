import type { RuleMemory } from '../rules/rule-memory.ts';
import type { RuleResult } from '../rules/rule-result.ts';
import type { ShardRead } from './shard-read.ts';
import type { StepQueue } from './step-queue.ts';

export interface AnswerRulesDeps {
  readonly ruleMemory: RuleMemory;
  /** Of all work on `ruleMemory`. */
  readonly ruleQueue: StepQueue;
  /** Unix ms. */
  readonly now: () => number;
}

/** The rules' side of one answer. */
export interface AnswerRules {
  /** Absorbs what a shard's task aggregated, while other shards go on. To be called when a whole shard was read. */
  take(read: Pick<ShardRead, 'shard' | 'takePartials'>): void;
  /**
   * The outputs, once all that was taken is absorbed.
   * @throws GatewayError `PG_LIMIT_GROUPS` when more contributions would have to be kept than may be.
   */
  result(): Promise<RuleResult>;
  /** To be called once, however the answer ended. */
  end(): void;
}

export function createAnswerRules({ ruleMemory, ruleQueue, now }: AnswerRulesDeps): AnswerRules {
  const combination = ruleMemory.begin();
  const absorbed: Promise<void>[] = [];
  return {
    take(read) {
      const partials = read.takePartials();
      if (partials === undefined) return;
      const end = ruleQueue.run(() => combination.absorb(read.shard, partials, now()));
      // An answer that ends early does not ask what became of it.
      end.catch(() => {});
      absorbed.push(end);
    },
    async result() {
      await Promise.all(absorbed);
      return ruleQueue.run(() => combination.evaluate(now()));
    },
    end() {
      // Behind what still stands in the queue.
      const ended = ruleQueue.run(function* () {
        yield;
        combination.end();
      });
      ended.catch(() => {});
    },
  };
}
