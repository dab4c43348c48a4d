import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createDataSet } from '../../../native-free-bench/data/data-sets.ts';
import { renderBody } from '../../../native-free-bench/data/render-body.ts';
import { assertCounts, assertExactAnswer } from '../../../native-free-bench/lib/assert-answer.ts';
import { assertUnion } from '../../../native-free-bench/lib/assert-union.ts';
import { countSamples } from '../../../native-free-bench/lib/count-samples.ts';

const NOW = 1_700_000_000_000;
const UP = '# TYPE promgate_federate_shard_up untyped\npromgate_federate_shard_up{shard="slave-0",instance=""} 1\n';

let servers: Server[] = [];

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

describe('assertExactAnswer', () => {
  // One shard, one replica: the right answer is the replica's body less its replica label.
  const data = createDataSet('many-families', { families: 3, seriesPerFamily: 4 });
  const model = { shards: 1, replicas: 1, nowMs: NOW };
  const right =
    renderBody(data, { place: { shard: 0, replica: 0 }, nowMs: NOW })
      .toString()
      .replaceAll('replica="a",', '') + UP;
  const firstLine = right.split('\n')[1]!;

  it('accepts the right answer', async () => {
    expect(await assertExactAnswer(await serve(right), data, model)).toBe(12);
  });

  it.each([
    ['a missing series', right.replace(`${firstLine}\n`, ''), 'missing'],
    ['a series given twice', right.replace(firstLine, `${firstLine}\n${firstLine}`), 'given twice'],
    ['another value', right.replace(firstLine, firstLine.replace(/} \S+/, '} 17.5')), '17.5'],
    ['another timestamp', right.replace(firstLine, `${firstLine}1`), 'timestamp'],
    ['a replica label', right.replace(firstLine, firstLine.replace('}', ',replica="a"}')), 'replica'],
    ['a body cut short', right.slice(0, -5), 'mid-line'],
  ])('refuses %s', async (_, body, message) => {
    await expect(assertExactAnswer(await serve(body), data, model)).rejects.toThrow(message);
  });

  it('expects slave:* recordings aggregated by the operation in their name', async () => {
    const rules = createDataSet('job-rules', { families: 4, seriesPerFamily: 1 });
    const bodies = [0, 1].map((shard) => renderBody(rules, { place: { shard, replica: 0 }, nowMs: NOW }).toString());
    const passed = bodies.join('').replaceAll('replica="a",', '');
    const values = (name: string): number[] =>
      Array.from(passed.matchAll(new RegExp(`^slave:app_events_00000:${name}{.*} (\\d+) \\d+$`, 'gm')), ([, value]) =>
        Number(value),
      );
    const labels = '{handler="/api/v1/resource-0000",job="job-000",instance=""}';
    const sum = values('count').reduce((a, b) => a + b, 0);
    const outputs = `job:app_events_00000:count${labels} ${sum}\njob:app_events_00000:max${labels} ${Math.max(...values('max'))}\n`;
    const twoShards = { shards: 2, replicas: 1, nowMs: NOW };
    expect(await assertExactAnswer(await serve(passed + outputs + UP), rules, twoShards)).toBe(10);
    const wrong = outputs.replace(` ${sum}\n`, ` ${sum + 1}\n`);
    await expect(assertExactAnswer(await serve(passed + wrong + UP), rules, twoShards)).rejects.toThrow('count');
  });
});

describe('countSamples', () => {
  it('counts lines and shards that are up', async () => {
    const body = `# TYPE m untyped\nm{a="b"} 1 1\nm 2 2\n${UP}promgate_federate_shard_up{shard="slave-1"} 0\n`;
    expect(await countSamples(await serve(body))).toEqual({ samples: 4, families: 2, shardsUp: 1 });
    await expect(assertCounts(await serve(body), { series: 2, shards: 2 })).rejects.toThrow('shards');
    await expect(assertCounts(await serve(`${UP}m 1 1\n`), { series: 2, shards: 1 })).rejects.toThrow('series');
  });

  it('rejects a broken connection', async () => {
    await expect(countSamples(await serve('m 1 1\n', { broken: true }))).rejects.toThrow();
  });
});

describe('assertUnion', () => {
  const a = 'm{x="1",replica="a"} 1 10\nm{x="2",replica="a"} 1 10\n';
  const b = 'm{x="2",replica="b"} 1 11\nm{x="3",replica="b"} 1 11\n';

  it.each([
    ['the union', 'm{x="1"} 1 10\nm{x="2"} 1 10\nm{x="3"} 1 11\n', undefined],
    ['less', 'm{x="1"} 1 10\nm{x="2"} 1 10\n', 'does not give'],
    ['more', 'm{x="1"} 1 10\nm{x="2"} 1 10\nm{x="3"} 1 11\nn 1 1\n', 'no replica has'],
    ['a series twice', 'm{x="1"} 1 10\nm{x="2"} 1 10\nm{x="2"} 1 11\nm{x="3"} 1 11\n', 'given twice'],
    ['a sample of its own', 'm{x="1"} 1 10\nm{x="2"} 1 12\nm{x="3"} 1 11\n', 'no replica has 1 12'],
  ])('judges %s', async (_, answer, message) => {
    const judged = assertUnion(await serve(answer + UP), [await serve(a), await serve(b)], 'm');
    if (message === undefined) expect(await judged).toBe(3);
    else await expect(judged).rejects.toThrow(message);
  });
});

async function serve(body: string, { broken = false } = {}): Promise<string> {
  const server = createServer((_, response) => {
    response.write(body, () => (broken ? response.destroy() : response.end()));
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
