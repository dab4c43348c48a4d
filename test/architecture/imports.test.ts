import { describe, expect, it } from 'vitest';
import { importCycles, importEdges, readSources, violation } from './import-graph.ts';

const sources = readSources('src');
const edges = importEdges(sources);

describe('imports of src/', () => {
  it('are found at all', () => {
    expect(sources.size).toBeGreaterThan(20);
    expect(edges.length).toBeGreaterThan(sources.size);
    expect(edges.filter(({ to }) => !sources.has(to))).toEqual([]);
  });

  it('go one way', () => {
    expect(edges.map(violation).filter((found) => found !== undefined)).toEqual([]);
  });

  it('have no cycle, type-only ones included', () => {
    expect(importCycles(edges)).toEqual([]);
  });
});

describe('the check itself', () => {
  const check = (from: string, text: string): (string | undefined)[] =>
    importEdges(new Map([[from, text]])).map(violation);

  it.each([
    ['model/a.ts', "import { b } from '../topology/b.ts';"],
    ['topology/a.ts', "import type { B } from '../upstream/b.ts';"],
    ['upstream/a.ts', "import { b } from '../exposition/b.ts';"],
    ['federate/join/a.ts', "import { b } from '../rules/b.ts';"],
    ['federate/join/a.ts', "export { b } from '../../server/b.ts';"],
    ['workers/a.ts', "import {\n  b,\n} from '../federate/b.ts';"],
    ['server/a.ts', "import { b } from '../config/b.ts';"],
    ['odd/a.ts', "import '../model/b.ts';"],
  ])('refuses %s: %s', (from, text) => {
    expect(check(from, text)).toEqual([expect.stringContaining('→')]);
  });

  it.each([
    ['gateway.ts', "import { b } from './server/b.ts';"],
    ['federate/pipeline/a.ts', "import { b } from '../join/b.ts';"],
    ['server/a.ts', "import type { B } from '../config/b.ts';"],
    ['upstream/a.ts', "import { b } from '../model/b.ts';"],
  ])('accepts %s: %s', (from, text) => {
    expect(check(from, text)).toEqual([undefined]);
  });

  it('sees a cycle of two files', () => {
    const cycle = new Map([
      ['model/a.ts', "import { b } from './b.ts';"],
      ['model/b.ts', "import type { A } from './a.ts';"],
    ]);
    expect(importCycles(importEdges(cycle))).toEqual([['model/a.ts', 'model/b.ts', 'model/a.ts']]);
  });
});
