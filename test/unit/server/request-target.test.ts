import { expect, it } from 'vitest';
import { normalizeTarget } from '../../../src/server/request-target.ts';

it.each([
  ['/federate?match[]=up', '/federate?match[]=up'],
  ['http://other:80/federate?a=b', '/federate?a=b'],
  ['HTTPS://other/x', '/x'],
  ['http://other', '/'],
  ['http://other?x=1', '/?x=1'],
  ['/%66eder%61te?%66=%66', '/federate?%66=%66'],
  ['/%2e%2E/x', '/../x'],
  ['/a%2fb%5Cc%00%25', '/a%2fb%5Cc%00%25'],
  ['/%zz', '/%zz'],
  ['//other/x', '//other/x'],
  ['*', '*'],
  ['other:443', 'other:443'],
])('%s is %s', (target, normal) => {
  expect(normalizeTarget(target)).toBe(normal);
});
