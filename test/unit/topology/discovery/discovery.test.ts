import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load-config.ts';
import type { Config, SourceConfig } from '../../../../src/config/config.ts';
import { createDiscovery } from '../../../../src/topology/discovery/discovery.ts';
import { createFakeTime, settle } from './fake-time.ts';

const load = (text: string): Config => loadConfig(text, { file: '/etc/p.yml', parseSelector: () => undefined }).config;
const two = load(
  'shards:\n- {name: s, file_sd_configs: [{files: [a.json]}]}\n- {name: t, file_sd_configs: [{files: [b.json]}]}\n',
);
const one = load('shards:\n- {name: s, file_sd_configs: [{files: [a.json]}]}\n');

/** Sources that give what `lists` has for their first file or URL, and fail where there is nothing. */
function setUp(lists: Record<string, readonly string[]>) {
  const time = createFakeTime();
  const state = { changes: 0, failures: 0, readers: [] as string[] };
  const fileOf = (source: SourceConfig): string => {
    if (source.kind === 'http') return source.url;
    return source.kind === 'file' ? source.files[0]! : '';
  };
  const discovery = createDiscovery({
    after: time.after,
    now: time.nowMs,
    events: { onChange: () => state.changes++, onFailure: () => state.failures++ },
    readerOf(source) {
      state.readers.push(fileOf(source));
      return {
        parts: async () => [fileOf(source)],
        async read(part) {
          const list = lists[part];
          if (list === undefined) throw new Error('no such file');
          return list.map((text) => {
            const [address, shard = 'x'] = text.split('@') as [string, string?];
            return { address, labels: { shard } };
          });
        },
      };
    },
  });
  const names = (config: Config): string[][] =>
    discovery
      .resolve(config)
      .config.shards.map(({ name, replicas }) => [name, ...replicas.map((replica) => replica.name)]);
  return { ...time, discovery, state, names };
}

describe('createDiscovery', () => {
  it('waits until every source has answered', async () => {
    const lists: Record<string, readonly string[]> = { '/etc/a.json': ['a:1'] };
    const { discovery, names, pass } = setUp(lists);
    let ended = false;
    const prepared = discovery.prepare(two, 10_000).finally(() => (ended = true));
    await settle();
    expect(ended).toBe(false);
    lists['/etc/b.json'] = ['b:1'];
    await pass(1000);
    expect(await prepared).toEqual([]);
    expect(names(two)).toEqual([
      ['s', 'a:1'],
      ['t', 'b:1'],
    ]);
  });

  it('goes on without those that have not after a while', async () => {
    const { discovery, names, pass } = setUp({ '/etc/a.json': ['a:1'] });
    const prepared = discovery.prepare(two, 10_000);
    await pass(10_000);
    expect((await prepared).map((watch) => watch.parts()[0]?.error)).toEqual(['no such file']);
    expect(names(two)).toEqual([['s', 'a:1'], ['t']]);
  });

  it('goes on with sources that the next configuration has, too', async () => {
    const { discovery, state, names } = setUp({ '/etc/a.json': ['a:1'], '/etc/b.json': ['b:1'] });
    await discovery.prepare(two, 10_000);
    await discovery.prepare(one, 10_000);
    discovery.keepOnly(one);
    expect(state.readers).toEqual(['/etc/a.json', '/etc/b.json']);
    expect(names(one)).toEqual([['s', 'a:1']]);
    expect(discovery.watches(two.shards[1]!.sources!)).toEqual([]);
    await discovery.prepare(two, 10_000);
    expect(state.readers).toHaveLength(3);
  });

  const found = (label = 'shard', after = '1m'): Config =>
    load(
      `discovery: {file_sd_configs: [{files: [a.json], refresh_interval: 5s}], shard_label: ${label}, forget_after: ${after}}\n`,
    );

  it('tells of a shard that is to be forgotten', async () => {
    const lists: Record<string, readonly string[]> = { '/etc/a.json': ['a:1@x', 'b:1@y'] };
    const { discovery, state, names, pass } = setUp(lists);
    await discovery.prepare(found(), 10_000);
    expect(names(found())).toEqual([
      ['x', 'a:1'],
      ['y', 'b:1'],
    ]);
    lists['/etc/a.json'] = ['a:1@x'];
    await pass(5000);
    expect(names(found())).toEqual([['x', 'a:1'], ['y']]);
    const before = state.changes;
    await pass(59_000);
    expect(state.changes).toBe(before);
    await pass(1000);
    expect(state.changes).toBe(before + 1);
    expect(names(found())).toEqual([['x', 'a:1']]);
  });

  const listed = (keys: string): Config => load(`discovery: {http_sd_configs: [{url: "http://h/l", ${keys}}]}\n`);

  it('keeps what a source gave when it is to be asked with other credentials, or at another interval', async () => {
    const lists: Record<string, readonly string[]> = { 'http://h/l': ['a:1@x', 'b:1@y'] };
    const { discovery, names, pass } = setUp(lists);
    const found = [
      ['x', 'a:1'],
      ['y', 'b:1'],
    ];
    await discovery.prepare(listed('refresh_interval: 5s'), 10_000);
    lists['http://h/l'] = ['a:1@x'];
    await pass(5000);
    expect(names(listed('refresh_interval: 5s'))).toEqual([['x', 'a:1']]);
    lists['http://h/l'] = ['a:1@x', 'b:1@y'];
    await pass(5000);
    delete lists['http://h/l'];
    const next = listed('refresh_interval: 1m, basic_auth: {username: u}');
    expect(await discovery.prepare(next, 10_000)).toEqual([]);
    discovery.keepOnly(next);
    expect(names(next)).toEqual(found);
    await settle();
    expect(names(next)).toEqual(found);
    expect(discovery.watches(next.discovery!.sources)[0]!.parts()[0]!.error).toBe('no such file');
    lists['http://h/l'] = ['a:1@x'];
    await pass(60_000);
    expect(names(next)).toEqual([['x', 'a:1'], ['y']]);
  });

  it('takes nothing for a source from one that stays, or that asks something else', async () => {
    const lists: Record<string, readonly string[]> = { 'http://h/l': ['a:1@x'] };
    const { discovery, pass } = setUp(lists);
    await discovery.prepare(listed('refresh_interval: 5s'), 10_000);
    delete lists['http://h/l'];
    const both = load(
      'discovery: {http_sd_configs: [{url: "http://h/l", refresh_interval: 5s}, {url: "http://h/l"}, {url: "http://h/m"}]}\n',
    );
    const prepared = discovery.prepare(both, 10_000);
    await pass(10_000);
    expect((await prepared).map(({ config }) => config)).toEqual(both.discovery!.sources.slice(1));
  });

  it('forgets at once what an operator took out', async () => {
    const lists: Record<string, readonly string[]> = { '/etc/a.json': ['a:1@x'] };
    const { discovery, names } = setUp(lists);
    await discovery.prepare(found(), 10_000);
    expect(names(found())).toEqual([['x', 'a:1']]);
    expect(names(found('job'))).toEqual([]);
  });
});
