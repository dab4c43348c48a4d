import type { FederateAnswer, FederateRequest, FederateService } from '../../../../src/federate/service.ts';

/** One call of the fake: the test decides when it answers, what it yields and how it ends. */
export interface FakeCall {
  readonly request: FederateRequest;
  readonly signal: AbortSignal;
  /** How many chunks were asked for. */
  asked: number;
  returned: boolean;
  answer(partial?: boolean): void;
  refuse(error: Error): void;
  chunk(text: string): void;
  end(): void;
  fail(error: Error): void;
  becomePartial(): void;
}

type Step = { text: string } | { error: Error } | 'end';

/**
 * A service under the test's control. It writes each chunk into the same buffer, so that whoever keeps a chunk after asking
 * for the next one sees it change.
 */
export function createFakeService(): FederateService & { readonly calls: FakeCall[] } {
  const calls: FakeCall[] = [];
  return {
    calls,
    federate(request, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<FederateAnswer>();
      const steps: Step[] = [];
      let wake = (): void => {};
      let partial = false;
      const add = (step: Step): void => {
        steps.push(step);
        wake();
      };
      const buffer = new Uint8Array(1 << 20);
      const body: AsyncIterableIterator<Uint8Array> = {
        [Symbol.asyncIterator]: () => body,
        async next() {
          call.asked++;
          buffer.fill(33);
          while (steps.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          const step = steps.shift()!;
          if (step === 'end') return { done: true, value: undefined };
          if ('error' in step) throw step.error;
          const { written } = new TextEncoder().encodeInto(step.text, buffer);
          return { done: false, value: buffer.subarray(0, written) };
        },
        async return() {
          call.returned = true;
          return { done: true, value: undefined };
        },
      };
      const call: FakeCall = {
        request,
        signal,
        asked: 0,
        returned: false,
        answer(isPartial = false) {
          partial = isPartial;
          resolve({
            get partial() {
              return partial;
            },
            body,
          });
        },
        refuse: reject,
        chunk: (text) => add({ text }),
        end: () => add('end'),
        fail: (error) => add({ error }),
        becomePartial: () => (partial = true),
      };
      signal.addEventListener('abort', () => add({ error: new Error('aborted') }));
      calls.push(call);
      return promise;
    },
  };
}
