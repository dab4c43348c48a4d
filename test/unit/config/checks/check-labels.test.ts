import { expect, it } from 'vitest';
import { messagesOf, oneShard } from '../check-text.ts';

it.each([
  ['{site: eu, dollar: "5$"}', []],
  [
    '{replica: a}',
    [
      'error f.yml:3:28: global.external_labels.replica: "replica" is a replica label (global.replica_labels): it never leaves',
    ],
  ],
  [
    '{site: "${SITE}"}',
    [
      'warning f.yml:3:34: global.external_labels.site: taken as it is written: unlike Prometheus, promgate does not expand environment variables',
    ],
  ],
])('external labels %s', (labels, messages) => {
  expect(messagesOf(`${oneShard}global: {external_labels: ${labels}}\n`)).toEqual(messages);
});

it('goes by the replica labels of the file', () => {
  const text = `${oneShard}global: {replica_labels: [__replica__], external_labels: {replica: a, __replica__: b}}\n`;
  expect(messagesOf(text)).toEqual([
    'error f.yml:3:71: global.external_labels.__replica__: "__replica__" is a replica label (global.replica_labels): it never leaves',
  ]);
});
