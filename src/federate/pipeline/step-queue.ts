import type { Steps } from '../rules/steps.ts';
import { createLoopTurn } from '../../workers/loop-turn.ts';
import { createSerial } from '../../workers/serial.ts';

/** Runs pieces of work on something they share: in the order in which they were asked for, one at a time. */
export interface StepQueue {
  /** Resolves to what the steps of `begin` return; other work of the thread runs between them. Rejects with what they throw. */
  run<Result>(begin: () => Steps<Result>): Promise<Result>;
}

export function createStepQueue(): StepQueue {
  const serial = createSerial();
  return { run: (begin) => serial.run(() => runSteps(begin())) };
}

async function runSteps<Result>(steps: Steps<Result>): Promise<Result> {
  const turn = createLoopTurn();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await turn.yieldIfDue();
  }
}
