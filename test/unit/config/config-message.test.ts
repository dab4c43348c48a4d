import { expect, it } from 'vitest';
import type { ConfigMessage } from '../../../src/config/config-message.ts';
import { configError, configMessages, formatConfigMessage } from '../../../src/config/config-message.ts';
import { GatewayError } from '../../../src/model/errors.ts';

const error: ConfigMessage = { file: 'f', line: 3, column: 5, severity: 'error', message: 'wrong', path: 'a.b' };
const warning: ConfigMessage = { ...error, line: 4, severity: 'warning', message: 'odd' };

it('puts the place in front', () => {
  expect(formatConfigMessage(error)).toBe('f:3:5: wrong');
});

it('makes one error of all problems and keeps the warnings beside them', () => {
  const thrown = configError([error, warning, { ...error, line: 9 }]);
  expect(thrown.code).toBe('PG_CONFIG_INVALID');
  expect(thrown.message).toBe('f:3:5: wrong\nf:9:5: wrong');
  expect(thrown.details).toEqual({ problems: 2 });
  expect(configMessages(thrown)).toEqual([error, warning, { ...error, line: 9 }]);
});

it.each([new Error('other'), new GatewayError('PG_CONFIG_INVALID', 'elsewhere'), 'text', undefined])(
  'finds no messages in %s',
  (other) => {
    expect(configMessages(other)).toEqual([]);
  },
);
