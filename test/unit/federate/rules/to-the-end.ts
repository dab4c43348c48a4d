import type { Steps } from '../../../../src/federate/rules/steps.ts';

/** Takes all steps at once. */
export function toTheEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
