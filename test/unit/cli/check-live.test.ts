import { describe, expect, it } from 'vitest';
import type { AskExternalLabels, ExternalLabels } from '../../../src/cli/check-live.ts';
import { checkLive } from '../../../src/cli/check-live.ts';
import { checkConfig } from '../../../src/config/check-config.ts';
import { GatewayError } from '../../../src/model/errors.ts';

const text = `shards:
- name: s0
  labels: {slave: 0}
  static_configs: [{targets: ['a:1', 'b:1']}]
- name: s1
  labels: {slave: 1}
  static_configs: [{targets: ['c:1']}]
`;

const sound: Readonly<Record<string, ExternalLabels>> = {
  'a:1': { slave: '0', replica: 'a' },
  'b:1': { slave: '0', replica: 'b' },
  'c:1': { slave: '1', replica: 'a' },
};

type Answers = Readonly<Record<string, ExternalLabels | 'dead' | 'mute'>>;

async function live(answers: Answers): Promise<string[]> {
  const check = checkConfig(text, { file: 'f.yml', parseSelector: () => {} });
  const ask: AskExternalLabels = async ({ name }) => {
    const answer = { ...sound, ...answers }[name]!;
    if (answer === 'dead') throw new GatewayError('PG_UPSTREAM_CONNECT', 'connection refused');
    return answer === 'mute' ? undefined : answer;
  };
  const messages = await checkLive('f.yml', check, ask);
  return messages.map((message) => `${message.severity} ${message.line}:${message.column}: ${message.message}`);
}

const a = 'shards[0].static_configs[0].targets[0]';
const b = 'shards[0].static_configs[0].targets[1]';
const c = 'shards[1].static_configs[0].targets[0]';

describe('checkLive', () => {
  it.each<[string, Answers, string[]]>([
    ['a fleet as configured', {}, []],
    ['a dead replica', { 'b:1': 'dead' }, [`error 4:38: ${b}: replica b:1 cannot be asked: connection refused`]],
    [
      'a replica that does not tell',
      { 'c:1': 'mute' },
      [`warning 7:31: ${c}: replica c:1 does not tell its external labels, as Prometheus would`],
    ],
    [
      'another value of a shard label',
      { 'a:1': { slave: '7', replica: 'a' } },
      [`error 4:31: ${a}: shard label slave="0", but replica a:1 has the external label slave="7"`],
    ],
    [
      'a shard label that a server does not attach',
      { 'a:1': { replica: 'a' } },
      [
        `warning 4:31: ${a}: shard label slave="0", but replica a:1 has no external label slave: the gateway attaches it`,
      ],
    ],
    [
      'a label that the shard does not declare',
      { 'c:1': { slave: '1', region: 'eu', replica: 'a' } },
      [`warning 7:31: ${c}: replica c:1 has the external label region="eu", which the shard does not declare`],
    ],
    [
      'no replica label',
      { 'a:1': { slave: '0' } },
      [`warning 4:31: ${a}: replica a:1 has no replica label (replica) among its external labels`],
    ],
    ['no replica label on the only replica', { 'c:1': { slave: '1' } }, []],
    [
      'the same replica label twice',
      { 'b:1': { slave: '0', replica: 'a' } },
      [`error 4:38: ${b}: replica b:1 has the same replica="a" as replica a:1 of this shard`],
    ],
    [
      'a server of another shard',
      { 'c:1': { slave: '0', replica: 'c' } },
      [
        `error 7:31: ${c}: shard label slave="1", but replica c:1 has the external label slave="0"`,
        `error 7:31: ${c}: replicas of the shards "s1" and "s0" have the same external labels`,
      ],
    ],
  ])('%s', async (_, answers, messages) => {
    expect(await live(answers)).toEqual(messages);
  });

  it('asks at most 16 at once, and all', async () => {
    const targets = Array.from({ length: 50 }, (_, i) => `"h:${i + 1}"`).join(', ');
    const many = `shards:\n- {name: s, static_configs: [{targets: [${targets}]}]}\n`;
    const check = checkConfig(many, { file: 'f.yml', parseSelector: () => {} });
    let [open, most, all] = [0, 0, 0];
    await checkLive('f.yml', check, async ({ name }) => {
      all++;
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return { replica: name };
    });
    expect([most, all]).toEqual([16, 50]);
  });
});
