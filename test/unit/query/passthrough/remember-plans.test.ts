import { expect, it } from 'vitest';
import type { PlannedText } from '../../../../src/query/passthrough/plan-passthrough.ts';
import { rememberPlans } from '../../../../src/query/passthrough/remember-plans.ts';

/** Which of the texts asked for were planned, in turn. */
function planned(...asked: readonly PlannedText[]): string[] {
  const texts: string[] = [];
  const plan = rememberPlans(({ text }) => {
    texts.push(text);
    return undefined;
  });
  for (const one of asked) plan(one);
  return texts;
}

function range(text: string, stepMs: number, tenant?: string): PlannedText {
  return { text, isInstant: false, grid: { stepMs }, tenant };
}

it('plans a text once', () => {
  expect(planned(range('a', 1), range('b', 1), range('a', 1))).toEqual(['a', 'b']);
});

it.each([
  ['another step', range('a', 1), range('a', 2)],
  ['another tenant', range('a', 1, 'x'), range('a', 1, 'y')],
  ['no tenant', range('a', 1, 'null'), range('a', 1)],
  ['one moment', range('a', 1), { ...range('a', 1), isInstant: true }],
])('plans it anew for %s', (_what, one, other) => {
  expect(planned(one, other)).toEqual(['a', 'a']);
});

it('lets go of what was not asked for longest', () => {
  const long = (letter: string): PlannedText => range(letter.repeat(4000), 1);
  const others = Array.from({ length: 17 }, (_, i) => long(String.fromCharCode(97 + i)));
  expect(planned(long('A'), ...others, long('A'))).toHaveLength(19);
});
