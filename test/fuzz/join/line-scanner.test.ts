import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineNormalizer } from '../../../src/exposition/text/line-normalizer.ts';
import { damagedBodies } from './exposition-mutations.ts';
import { bounds } from './join-bounds.ts';
import { compareReaders, readSlowly } from './read-line.ts';

console.log(`fuzz seed ${bounds.seed}`);

it('what the scanner accepts, the parser accepts and reads in the same way', () => {
  let accepted = 0;
  fc.assert(
    fc.property(damagedBodies, ({ bodies }) => {
      for (const body of bodies) accepted += compareReaders(body);
    }),
    bounds,
  );
  expect(accepted).toBeGreaterThan(bounds.numRuns / 8);
});

it('what the normaliser writes, the parser reads as it reads the line itself', () => {
  let accepted = 0;
  fc.assert(
    fc.property(damagedBodies, ({ bodies }) => {
      for (const body of bodies) {
        const bytes = Buffer.concat([body, Buffer.from('\n')]);
        const normalizer = new LineNormalizer();
        for (let at = 0, end; at < bytes.length; at = end) {
          end = bytes.indexOf(0x0a, at) + 1;
          if (!normalizer.normalize(bytes, at, end)) continue;
          const { bytes: normal } = normalizer.draft;
          const both = [() => readSlowly(normal, 0, normal.indexOf(0x0a) + 1), () => readSlowly(bytes, at, end)];
          const [ofNormal, ofLine] = both.map((read) => attempt(read));
          expect(ofNormal).toEqual(ofLine);
          accepted += 1;
        }
      }
    }),
    bounds,
  );
  expect(accepted).toBeGreaterThan(bounds.numRuns / 8);
});

/** The result, or that there is none: messages differ with the form of a line. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
