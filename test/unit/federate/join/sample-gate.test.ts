import { expect, it } from 'vitest';
import { FamilyKey } from '../../../../src/federate/join/family-key.ts';
import { SampleGate } from '../../../../src/federate/join/sample-gate.ts';
import { type GivenView, nothingGiven } from '../../../../src/topology/shard-view.ts';

const table = (...entries: [low: number, timestampMs: number][]) => ({
  hashes: Uint32Array.from(entries.flatMap(([low]) => [low, 0])),
  timestampsMs: Float64Array.from(entries.map(([, timestampMs]) => timestampMs)),
});

const gateOf = (given: Partial<GivenView>): SampleGate =>
  new SampleGate({ ...nothingGiven(), watermarkMs: 100, newestGivenMs: 500, maxFilledSeries: 3, ...given });
const create = (...entries: [number, number][]): SampleGate => gateOf({ filled: table(...entries) });

it('measures the leader against the watermark and what followers gave of the series', () => {
  const gate = create([1, 50], [2, 150]);
  expect([gate.hasFilled, create().hasFilled]).toEqual([true, false]);
  expect([1, 2, 3].map((low) => gate.leaderThreshold(low, 0))).toEqual([100, 150, 100]);
});

it('measures a new leader against all that was given before', () => {
  const gate = create([2, 600]);
  gate.changeLeader();
  expect([gate.watermarkMs, gate.leaderThreshold(1, 0), gate.leaderThreshold(2, 0)]).toEqual([500, 500, 600]);
});

it('measures followers against what was given of the series, or else against all', () => {
  const gate = create([1, 50], [2, -Infinity]);
  expect([1, 2, 3].map((low) => gate.followerThreshold(low, 0))).toEqual([50, -Infinity, 500]);
});

it('records what followers gave, and from when on the leader has to be newer', () => {
  const gate = create([1, 50]);
  gate.fill(1, 0, { timestampMs: 60, left: true });
  gate.fill(2, 0, { timestampMs: 700, left: true });
  gate.fill(3, 0, { timestampMs: 400, left: false });
  gate.fill(4, 0, { timestampMs: Number.NaN, left: true });
  expect(gate.filled).toEqual(expect.objectContaining({ timestampsMs: expect.any(Float64Array) }));
  const entries = [...gate.filled.timestampsMs].map((timestampMs, i) => [gate.filled.hashes[2 * i], timestampMs]);
  expect(entries.toSorted(([a], [b]) => a! - b!)).toEqual([
    [1, 60],
    [2, 700],
    [3, 500],
  ]);
  expect([gate.filledSeries, gate.suppressed, gate.filledOverflow]).toEqual([3, 1, false]);
});

it('leaves an entry alone while its series is held back', () => {
  const gate = create([1, 450]);
  gate.fill(1, 0, { timestampMs: 400, left: false });
  expect(gate.filled.timestampsMs).toHaveLength(0);
});

it('says when there are more series than the table may hold', () => {
  const gate = create([1, 50], [2, 50]);
  gate.fill(3, 0, { timestampMs: 700, left: true });
  expect(gate.filledOverflow).toBe(false);
  gate.fill(4, 0, { timestampMs: 700, left: true });
  gate.fill(1, 0, { timestampMs: 700, left: true });
  expect(gate.filledOverflow).toBe(true);
  expect(gate.filled.timestampsMs).toHaveLength(2);
});

it('reports entries that the leader has passed', () => {
  const gate = create([1, 50]);
  gate.passLeader(1, 0);
  gate.passLeader(2, 0);
  expect(gate.passed).toEqual(table([1, 50]));
});

function familyTable(...entries: [name: string, timestampMs: number][]) {
  const key = new FamilyKey();
  const words = entries.flatMap(([name]) => {
    key.read(name);
    return [key.low, key.high];
  });
  return {
    hashes: Uint32Array.from(words, (word) => word >>> 0),
    timestampsMs: Float64Array.from(entries.map(([, timestampMs]) => timestampMs)),
  };
}

it('measures each family against what was given of it, and an unknown one against the shard', () => {
  const gate = gateOf({ frozenFamilies: familyTable(['a', 60]), givenFamilies: familyTable(['a', 300], ['b', 90]) });
  gate.enterFamily('a');
  expect([gate.watermarkMs, gate.leaderThreshold(1, 0), gate.followerThreshold(1, 0)]).toEqual([60, 60, 300]);
  gate.enterFamily('b');
  expect([gate.watermarkMs, gate.followerThreshold(1, 0)]).toEqual([100, 90]);
  gate.enterFamily('c');
  expect([gate.watermarkMs, gate.followerThreshold(1, 0)]).toEqual([100, 500]);
  gate.enterFamily('a_bucket');
  gate.changeLeader();
  expect([gate.watermarkMs, gate.leaderThreshold(1, 0)]).toEqual([300, 300]);
  gate.enterFamily('d');
  expect(gate.watermarkMs).toBe(500);
});

it('tells what had left when another replica took over', () => {
  const gate = gateOf({ aheadFromMs: 1000, maxFilledSeries: 2 } as Partial<GivenView>);
  gate.enterFamily('a');
  gate.note(1, 0, 700);
  gate.enterFamily('b');
  gate.note(2, 0, 600);
  gate.note(3, 0, 5000);
  expect(gate.givenBefore).toBeUndefined();
  gate.changeLeader();
  gate.note(4, 0, 800);
  gate.note(5, 0, 6000);
  gate.enterFamily('c');
  gate.note(6, 0, 900);
  expect(gate.givenBefore).toMatchObject({ newestGivenMs: 700, ahead: table([3, 5000]) });
  expect(entriesIn(gate.givenBefore!.families)).toEqual(entriesIn(familyTable(['a', 700], ['b', 600])));
  expect(gate.newestGivenMs).toBe(900);
});

it('tells what left by family, also of one that came twice', () => {
  const gate = gateOf({});
  for (const [family, timestampMs] of [
    ['a', 700],
    ['b', 600],
    ['a', 650],
  ] as const) {
    gate.enterFamily(family);
    gate.note(1, 0, timestampMs);
  }
  expect(gate.newestGivenMs).toBe(700);
  gate.leaveFamily();
  expect(gate.newestGivenMs).toBe(700);
  expect(entriesIn(gate.families)).toEqual(entriesIn(familyTable(['a', 700], ['b', 600], ['a', 650])));
});

const entriesIn = ({ hashes, timestampsMs }: GivenView['filled']): string[] =>
  [...timestampsMs].map((timestampMs, i) => `${hashes[2 * i]} ${hashes[2 * i + 1]} ${timestampMs}`).sort();

it('keeps a sample ahead of the clock from holding back its family, while there is room', () => {
  const gate = gateOf({ aheadFromMs: 1000, ahead: table([9, 5000]), maxFilledSeries: 2 } as Partial<GivenView>);
  gate.enterFamily('a');
  gate.note(1, 0, 2000);
  expect([gate.newestGivenMs, gate.newestInFamilyMs]).toEqual([-Infinity, -Infinity]);
  expect(gate.ahead).toEqual(table([1, 2000]));
  gate.note(2, 0, 1000);
  expect(gate.newestGivenMs).toBe(1000);
  gate.note(3, 0, 3000);
  expect(gate.newestGivenMs).toBe(3000);
});

it('measures a series that was ahead of the clock against that, under another replica only', () => {
  const gate = gateOf({ ahead: table([1, 5000]), frozenAhead: table([2, 6000]) });
  expect([1, 2, 3].map((low) => gate.leaderThreshold(low, 0))).toEqual([100, 6000, 100]);
  expect([1, 2, 3].map((low) => gate.followerThreshold(low, 0))).toEqual([5000, 6000, 500]);
  expect(gateOf({ ahead: table([1, 5000]) }).hasFilled).toBe(false);
  gate.changeLeader();
  expect([1, 2, 3].map((low) => gate.leaderThreshold(low, 0))).toEqual([5000, 6000, 500]);
});

it('lets a sample leave that is as new as its family where that is on a whole second, and no rule recorded it', () => {
  const families = familyTable(['grid', 5000], ['scraped', 5001], ['slave:grid:sum', 5000]);
  const gate = gateOf({ frozenFamilies: families, givenFamilies: families, watermarkMs: 9000, newestGivenMs: 9000 });
  const thresholds = ['grid', 'scraped', 'slave:grid:sum'].map((family) => {
    gate.enterFamily(family);
    return [gate.leaderThreshold(1, 0), gate.followerThreshold(1, 0)];
  });
  expect(thresholds).toEqual([
    [4999, 4999],
    [5001, 5001],
    [5000, 5000],
  ]);
});
