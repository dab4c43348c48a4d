import { expect, it } from 'vitest';
import { renderHuman } from '../../../src/cli/check-report.ts';
import type { ConfigMessage } from '../../../src/config/config-message.ts';

const at = (line: number, column: number): ConfigMessage => ({
  file: 'f',
  line,
  column,
  severity: 'warning',
  message: 'odd',
  path: '',
});

const render = (text: string | undefined, message: ConfigMessage): string[] =>
  renderHuman({ file: 'f', text, config: undefined, messages: [message] })
    .split('\n')
    .slice(2, -3);

it.each([
  ['a: b', at(1, 4), ['  1 | a: b', '    |    ^']],
  ['x\r\n\tb: c\r\n', at(2, 2), ['  2 |  b: c', '    |  ^']],
  ['', at(1, 1), []],
  [undefined, at(1, 1), []],
  ['a', at(9, 1), []],
  [`${'x'.repeat(9)}\n`.repeat(12), at(12, 1), ['  12 | xxxxxxxxx', '     | ^']],
])('shows the line of %j', (text, message, lines) => {
  expect(render(text, message)).toEqual(lines);
});

it('shows a window of a very long line', () => {
  const [line, caret] = render(`${'a'.repeat(500)}B${'c'.repeat(500)}`, at(1, 501));
  expect(line).toBe(`  1 | ${'a'.repeat(60)}B${'c'.repeat(59)}`);
  expect(caret!.indexOf('^')).toBe(line!.indexOf('B'));
});

it('counts errors and warnings', () => {
  const messages = [at(1, 1), { ...at(2, 1), severity: 'error' as const }];
  expect(renderHuman({ file: 'f', text: 'x', config: undefined, messages })).toContain(' FAILED: 1 error, 1 warning\n');
});
