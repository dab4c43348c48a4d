import { expect, it } from 'vitest';
import { messagesOf } from '../check-text.ts';

const shard = (index: string): string =>
  `shards:\n- {name: s, static_configs: [{targets: ["h:1"]}], hashmod_index: ${index}}\n`;
const rule = (fields: string): string => `sharding: {hashmod: {${fields}}}\n`;
const sound = rule('source_labels: [instance], modulus: 3, jobs: [node]');

it.each([
  [shard('2') + sound, []],
  [
    shard('3') + sound,
    ['error f.yml:2:66: shards[0].hashmod_index: 3 is no remainder of sharding.hashmod.modulus 3: at most 2'],
  ],
  [shard('0'), ['error f.yml:2:66: shards[0].hashmod_index: needs sharding.hashmod, which says what was hashed']],
])('%s', (text, messages) => {
  expect(messagesOf(text)).toEqual(messages);
});

it.each([
  ['source_labels: [instance], jobs: [node]', 'modulus'],
  ['source_labels: [instance], modulus: 0, jobs: [node]', 'a whole number from 1'],
  ['source_labels: [__address__], modulus: 3, jobs: [node]', 'gone after relabelling'],
  ['source_labels: [], modulus: 3, jobs: [node]', 'at least one label name'],
  ['source_labels: [instance], modulus: 3, jobs: []', 'at least one job'],
])('%s is refused', (fields, reason) => {
  const messages = messagesOf(shard('0') + rule(fields));
  expect(
    messages.some((message) => message.startsWith('error') && message.includes(reason)),
    messages.join(),
  ).toBe(true);
});
