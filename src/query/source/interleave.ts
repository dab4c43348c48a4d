/** The items of several iterables as they come; the first failure fails the whole and ends the others. */
export async function* interleave<T>(iterables: readonly AsyncIterable<T>[]): AsyncGenerator<T, void> {
  const iterators = iterables.map((iterable) => iterable[Symbol.asyncIterator]());
  const next = (index: number): Promise<{ index: number; result: IteratorResult<T> }> =>
    iterators[index]!.next().then((result) => ({ index, result }));
  const pending = new Map(iterators.map((_, index) => [index, next(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (result.done === true) {
        pending.delete(index);
        continue;
      }
      pending.set(index, next(index));
      yield result.value;
    }
  } finally {
    // One that hangs in `next` would make its `return` wait for it: that is for the signal to end.
    for (const [index, promise] of pending) {
      promise.catch(() => undefined);
      void iterators[index]!.return?.().catch(() => undefined);
    }
  }
}
