const MAX_ATTEMPTS = 500;

/** A part of `input` that still fails: pieces are left out, half of it at first, as long as that goes. */
export async function shrink(input: Uint8Array, fails: (shorter: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let best = input;
  let attempts = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length && attempts < MAX_ATTEMPTS;) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      attempts++;
      if (await fails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
