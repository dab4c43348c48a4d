import { expect, it } from 'vitest';
import { learnExternalLabels, type LearningOptions } from '../../../../src/federate/join/learn-external-labels.ts';

const options: LearningOptions = { replicaLabels: ['replica'], expectedLabels: ['slave'], siblings: [] };
const learn = (body: string, over: Partial<LearningOptions> = {}) =>
  learnExternalLabels([Buffer.from(body)], { ...options, ...over })[0];

it.each<[what: string, body: string, learned: Record<string, string>]>([
  [
    'from the first expected label on',
    'm{a="1",replica="a",slave="0"} 1\nm{a="2",replica="a",slave="0"} 1\n',
    { replica: 'a', slave: '0' },
  ],
  [
    'from where own labels are over',
    'm{a="1",job="j",cluster="x",instance="",replica="a"} 1\nm{a="1",instance="h",job="j",cluster="x",replica="a"} 1\n',
    { cluster: 'x', replica: 'a' },
  ],
  ['from an injected instance', 'm{a="1",instance="",zone="z"} 1\nm{a="2",instance="h",zone="z"} 1\n', { zone: 'z' }],
  [
    'what some lines lack does not count',
    'm{a="1",replica="a",slave="0"} 1\nm{a="1",replica="a"} 1\n',
    { replica: 'a' },
  ],
  [
    'what differs between lines does not count',
    'm{replica="a",slave="0"} 1\nm{replica="b",slave="0"} 1\n',
    { slave: '0' },
  ],
  [
    'an own label that all lines share does not count',
    'm{a="1",job="j",replica="a"} 1\nm{a="2",job="j",replica="a"} 1\n',
    { replica: 'a' },
  ],
  [
    'a replica label that is sorted in counts',
    'm{a="1",replica="a",zone="1"} 1\nm{replica="a",zone="2"} 1\n',
    { replica: 'a' },
  ],
  ['nothing from nothing', '', {}],
  ['nothing from garbage', '<html>\n', {}],
  ['what stands before garbage', 'm{a="1",replica="a"} 1\n<html>\n', { replica: 'a' }],
  ['complete lines only', 'm{a="1",replica="a"} 1\nm{a="1",repl', { replica: 'a' }],
  ['nothing where no line has labels', 'm 1\nn 2\n', {}],
])('%s', (_, body, learned) => {
  expect(learn(body)).toEqual(learned);
});

it('a replica label that a sibling has too is none', () => {
  const body = 'm{a="1",replica="a",slave="0"} 1\n';
  expect(learn(body, { siblings: [{ replica: 'a', slave: '0' }] })).toEqual({ slave: '0' });
  expect(learn(body, { siblings: [{ replica: 'b', slave: '0' }] })).toEqual({ replica: 'a', slave: '0' });
  expect(learnExternalLabels([Buffer.from(body), Buffer.from(body)], options)).toEqual([
    { slave: '0' },
    { slave: '0' },
  ]);
});
