import { expect, it } from 'vitest';
import { checkConfig } from '../../../../src/config/check-config.ts';
import { formatConfigMessage } from '../../../../src/config/config-message.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';
import { oneShard } from '../check-text.ts';

function messagesOf(tenants: string): string[] {
  const { messages } = checkConfig(`${oneShard}tenants: ${tenants}\n`, { file: 'f', parseSelector });
  return messages.map((message) => `${message.severity} ${formatConfigMessage(message).replace(/^f:3:\d+: /, '')}`);
}

it.each([
  [
    '{}',
    [
      'error tenants: missing key "matchers"',
      'error tenants: nobody can be a tenant: neither header nor by_user is given',
    ],
  ],
  ['{matchers: {a: [\'{team="a"}\']}}', ['error tenants: nobody can be a tenant: neither header nor by_user is given']],
  [
    '{by_user: {u: b}, matchers: {a: [\'{t="a"}\']}}',
    ['error tenants.by_user.u: there is no tenant "b" in tenants.matchers'],
  ],
  [
    '{by_user: {u: a}, operators: [u], matchers: {a: [\'{t="a"}\']}}',
    ['error tenants.by_user.u: is one of tenants.operators, who see everything'],
  ],
  [
    "{by_user: {u: a}, matchers: {a: ['{}']}}",
    ['error tenants.matchers.a[0]: matches everything: who may see everything is an operator'],
  ],
  [
    '{by_user: {u: a}, matchers: {a: []}}',
    ['error tenants.matchers.a: expected a list of at least one selector, got an empty list'],
  ],
  [
    "{by_user: {u: a}, matchers: {a: ['{t=']}}",
    [expect.stringMatching(/^error tenants\.matchers\.a\[0\]: invalid selector: /)],
  ],
  ["{by_user: {u: 'a/b'}, matchers: {a/b: ['{t=']}}", [expect.stringMatching(/invalid selector: /)]],
  [
    '{by_user: {u: a}, matchers: {a: [\'{replica="a"}\']}}',
    ['error tenants.matchers.a[0]: "replica" is a replica label (global.replica_labels): no series has it'],
  ],
  [
    '{header: X-T, matchers: {a: [\'{t="a"}\']}}',
    [
      'warning tenants.header: whoever reaches promgate can name any tenant in it; trusted_proxies says whom to believe',
    ],
  ],
  [
    '{header: Authorization, trusted_proxies: [10.0.0.1], matchers: {a: [\'{t="a"}\']}}',
    ['error tenants.header: Authorization has a meaning of its own: choose another'],
  ],
  [
    "{header: X-T, trusted_proxies: [10.0.0.0/33, nonsense, '::1/64'], matchers: {a: ['{t=\"a\"}']}}",
    [
      'error tenants.trusted_proxies[0]: expected an IP address or a CIDR range, got "10.0.0.0/33"',
      'error tenants.trusted_proxies[1]: expected an IP address or a CIDR range, got "nonsense"',
    ],
  ],
  [
    '{by_user: {u: a}, trusted_proxies: [10.0.0.1], matchers: {a: [\'{t="a"}\']}}',
    ['error tenants.trusted_proxies: needs header, which they are trusted with'],
  ],
])('%s', (tenants, messages) => {
  expect(messagesOf(tenants)).toEqual(messages);
});

it('is read with the header in lower case and names as they are written', () => {
  const text = `${oneShard}tenants: {header: X-T, trusted_proxies: [10.0.0.0/8], by_user: {u: 007}, operators: [1.10], matchers: {'007': ['{t="a"}']}}\n`;
  expect(loadConfig(text, { file: 'f', parseSelector }).config.tenants).toEqual({
    header: 'x-t',
    trustedProxies: ['10.0.0.0/8'],
    byUser: { u: '007' },
    operators: ['1.10'],
    matchers: { '007': ['{t="a"}'] },
  });
});
