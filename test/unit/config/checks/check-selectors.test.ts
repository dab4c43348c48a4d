import { expect, it } from 'vitest';
import { checkConfig } from '../../../../src/config/check-config.ts';
import { messagesOf, oneShard } from '../check-text.ts';

it('reports selectors that cannot be parsed, wherever they stand', () => {
  const text = `${oneShard}federation: {match: [up, 'a{']}\ndeduplication:\n  per_replica:\n  - '{b'\n`;
  expect(messagesOf(text)).toEqual([
    'error f.yml:3:26: federation.match[1]: invalid selector: unexpected end of input inside braces',
    'error f.yml:6:5: deduplication.per_replica[0]: invalid selector: unexpected end of input inside braces',
  ]);
});

it('asks the parser about each selector once', () => {
  const asked: string[] = [];
  const parseSelector = (text: string): void => void asked.push(text);
  checkConfig(`${oneShard}federation: {match: [up, x]}\n`, { file: 'f.yml', parseSelector });
  expect(asked).toEqual(['up', 'x']);
});
