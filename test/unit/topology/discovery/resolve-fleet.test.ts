import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load-config.ts';
import type { Config, SourceConfig } from '../../../../src/config/config.ts';
import type { KnownShard } from '../../../../src/topology/discovery/discover-shards.ts';
import type { DiscoveredTarget } from '../../../../src/topology/discovery/discovered-target.ts';
import { resolveFleet, type ResolvedFleet } from '../../../../src/topology/discovery/resolve-fleet.ts';

const load = (text: string): Config =>
  loadConfig(text, { file: '/etc/promgate.yml', parseSelector: () => undefined }).config;

type Targets = readonly (string | [address: string, labels: Record<string, string>])[];

const keyOf = (source: SourceConfig): string => (source.kind === 'file' ? source.files[0]! : source.kind);
const toTarget = (target: Targets[number]): DiscoveredTarget =>
  typeof target === 'string' ? { address: target, labels: {} } : { address: target[0], labels: target[1] };

/** Found targets by the first file, or the kind, of their source. */
function resolve(
  declared: Config,
  found: Readonly<Record<string, Targets>>,
  { known = [], nowMs = 0 }: { known?: readonly KnownShard[]; nowMs?: number } = {},
): ResolvedFleet {
  return resolveFleet({
    declared,
    found: (source) => (found[keyOf(source)] ?? []).map(toTarget),
    known,
    nowMs,
  });
}

const urls = ({ config }: ResolvedFleet): Record<string, string[]> =>
  Object.fromEntries(config.shards.map(({ name, replicas }) => [name, replicas.map(({ url }) => url)]));

describe('replicas of a shard', () => {
  const declared = load(`
shards:
- name: s
  scheme: https
  path_prefix: /prom/
  static_configs: [{targets: ['z:1', 'y:1']}]
  dns_sd_configs: [{names: [d.example]}]
  file_sd_configs: [{files: [one.json]}, {files: [two.json]}]
- name: t
  file_sd_configs: [{files: [t.json]}]
`);

  it('are those of the file in its order, then those of each source by address', () => {
    const found = { '/etc/one.json': ['b:1', 'a:1'], '/etc/two.json': ['c:1', 'Y:1', 'b:1'], dns: ['d:1', 'A:1'] };
    const fleet = resolve(declared, found);
    expect(urls(fleet)['s']).toEqual(['z:1', 'y:1', 'a:1', 'b:1', 'c:1', 'd:1'].map((at) => `https://${at}/prom`));
    expect([...fleet.origins.get('s')!].map(([name, source]) => [name, source?.kind ?? 'static'])).toEqual([
      ['z:1', 'static'],
      ['y:1', 'static'],
      ['a:1', 'file'],
      ['b:1', 'file'],
      ['c:1', 'file'],
      ['d:1', 'dns'],
    ]);
  });

  it('are the same in whatever order sources tell them', () => {
    const one = resolve(declared, { '/etc/one.json': ['b:1', 'a:1', 'c:1'] });
    const other = resolve(declared, { '/etc/one.json': ['c:1', 'b:1', 'a:1'] });
    expect(one.config).toEqual(other.config);
  });

  it('stay a shard without any', () => {
    const fleet = resolve(declared, {});
    expect(urls(fleet)).toEqual({ s: ['https://z:1/prom', 'https://y:1/prom'], t: [] });
  });

  it('may say their scheme and path themselves; other labels are dropped', () => {
    const labels = { __scheme__: 'http', __path_prefix__: '/x/', __meta_url: 'u', slave: '7' };
    const { config, problems } = resolve(declared, { '/etc/t.json': [['a:1', labels]] });
    expect(config.shards[1]).toMatchObject({ labels: {}, replicas: [{ name: 'a:1', url: 'http://a:1/x' }] });
    expect(problems).toEqual([]);
  });

  it.each([
    [{ __scheme__: 'ftp' }, 'shard t: target a:1: label __scheme__: expected http or https, got "ftp"'],
    [
      { __path_prefix__: 'x' },
      'shard t: target a:1: label __path_prefix__: expected a path that starts with "/", got "x"',
    ],
  ])('are left out with labels that make no URL: %j', (labels, problem) => {
    const { config, problems } = resolve(declared, { '/etc/t.json': [['a:1', labels], 'b:1'] });
    expect(config.shards[1]!.replicas.map(({ name }) => name)).toEqual(['b:1']);
    expect(problems).toEqual([problem]);
  });

  it('are not those of an earlier shard', () => {
    const shards =
      'shards:\n- {name: s, static_configs: [{targets: ["a:1"]}]}\n- {name: t, file_sd_configs: [{files: [t.json]}]}\n';
    const fleet = resolve(load(shards), { '/etc/t.json': ['a:1', 'b:1'] });
    expect(urls(fleet)).toEqual({ s: ['http://a:1'], t: ['http://b:1'] });
    expect(fleet.problems).toEqual(['shard t: replica a:1 is one of shard s already']);
    expect([...fleet.origins.get('t')!.keys()]).toEqual(['b:1']);
  });
});

describe('shards that are found', () => {
  const declared = load(`
shards:
- {name: fixed, static_configs: [{targets: ['f:1']}]}
discovery:
  static_configs: [{targets: ['p:1'], labels: {shard: zeta, slave: 9}}]
  file_sd_configs: [{files: [fleet.json]}]
  labels: [slave]
  owns_labels: [slave]
  scrape_timeout: 7s
  path_prefix: /p
  forget_after: 1m
`);
  const found = (...targets: Targets): Record<string, Targets> => ({ '/etc/fleet.json': targets });
  const of = (shard: string, more: Record<string, string> = {}): Record<string, string> => ({
    shard,
    slave: shard,
    ...more,
  });

  it('come behind those of the file, by name, with their labels', () => {
    const fleet = resolve(declared, found(['b:1', of('beta')], ['a:1', of('alpha')], ['a:2', of('alpha')]));
    expect(fleet.config.shards.map(({ name }) => name)).toEqual(['fixed', 'alpha', 'beta', 'zeta']);
    expect(fleet.config.shards[1]).toEqual({
      name: 'alpha',
      labels: { slave: 'alpha' },
      ownsLabels: ['slave'],
      replicas: [
        { name: 'a:1', url: 'http://a:1/p' },
        { name: 'a:2', url: 'http://a:2/p' },
      ],
      scrapeTimeoutMs: 7000,
      enableCompression: true,
    });
    expect(fleet.config.shards[3]).toMatchObject({ labels: { slave: '9' } });
  });

  it('name replicas by their label, where only one has it', () => {
    const targets = found(
      ['a:1', of('s', { replica: 'r1' })],
      ['a:2', of('s', { replica: 'r1' })],
      ['a:3', of('s', { replica: 'r3' })],
      ['a:4', of('s', { replica: 'a:1' })],
      ['a:5', of('s')],
    );
    const { config, origins } = resolve(declared, targets);
    expect(config.shards[1]!.replicas.map(({ name }) => name)).toEqual(['a:1', 'a:2', 'r3', 'a:4', 'a:5']);
    expect(origins.get('s')!.get('r3')?.kind).toBe('file');
  });

  it.each<[Targets, string]>([
    [['x:1'], 'target x:1: no label shard, which says what shard it belongs to'],
    [[['x:1', of('fixed')]], 'target x:1: shard fixed stands under shards already'],
    [
      [
        ['x:1', of('s')],
        ['x:2', of('s', { slave: 'other' })],
      ],
      'shard s: target x:2: label slave is "other", but "s" for x:1',
    ],
  ])('say what is wrong with %j', (targets, problem) => {
    expect(resolve(declared, found(...targets)).problems).toEqual([problem]);
  });

  it('stay, empty, until forget_after has passed since they lost their last target', () => {
    const first = resolve(declared, found(['a:1', of('alpha')]));
    const emptied = resolve(declared, found(), { known: first.known, nowMs: 1000 });
    expect(urls(emptied)).toEqual({ fixed: ['http://f:1'], alpha: [], zeta: ['http://p:1/p'] });
    expect(emptied.config.shards[1]).toMatchObject({ labels: { slave: 'alpha' }, ownsLabels: ['slave'] });
    const later = resolve(declared, found(), { known: emptied.known, nowMs: 60_999 });
    expect(urls(later)).toHaveProperty('alpha', []);
    const gone = resolve(declared, found(), { known: later.known, nowMs: 61_000 });
    expect(Object.keys(urls(gone))).toEqual(['fixed', 'zeta']);
    const back = resolve(declared, found(['a:9', of('alpha')]), { known: later.known, nowMs: 61_000 });
    expect([urls(back)['alpha'], back.known[0]?.emptySinceMs]).toEqual([['http://a:9/p'], undefined]);
  });
});
