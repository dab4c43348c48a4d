import { allocateBlockBuffers, BlockWriter } from '../../../../src/federate/join/block-writer.ts';
import type { JoinReplica, ShardJoinOptions } from '../../../../src/federate/join/join-options.ts';
import { createShardJoin, type JoinStatus, type ShardJoin } from '../../../../src/federate/join/shard-join.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';
import type { LabelSet } from '../../../../src/model/label-set.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import type { FilledTable } from '../../../../src/topology/shard-view.ts';
import { defaultOptions, type JoinRun } from '../../../property/join/run-join.ts';

/** Two replicas of shard 0, written by hand as Prometheus writes them. */
export const replica = (name: string, over: Partial<JoinReplica> = {}): JoinReplica => ({
  externalLabels: { replica: name, slave: '0' },
  order: 'sorted',
  ...over,
});

export function options(over: Partial<ShardJoinOptions> = {}): ShardJoinOptions {
  return { ...defaultOptions, replicas: [replica('a'), replica('b')], shardLabels: { slave: '0' }, ...over };
}

/** A line of a replica as Prometheus writes it: `m a=x` and the sample. */
export function line(name: string, own: string, sample: string): (of: string) => string {
  const instance = own.includes('instance=') ? '' : ',instance=""';
  return (of) => `${name}{${`${own}${instance},replica="${of}",slave="0"`.replace(/^,/, '')}} ${sample}\n`;
}

export const type =
  (name: string, kind = 'untyped') =>
  (): string =>
    `# TYPE ${name} ${kind}\n`;
export const body = (of: string, ...lines: ((of: string) => string)[]): string => lines.map((one) => one(of)).join('');
export const out = (key: string, sample: string): string => `${key},instance="",slave="0"} ${sample}\n`;
export const linesOut = ({ text }: JoinRun): string[] => text.split(/(?<=\n)/).filter((one) => one !== '');

export function filledTable(entries: readonly (readonly [a: string, timestampMs: number])[]): FilledTable {
  return {
    hashes: Uint32Array.from(entries.flatMap(([a]) => hashOf(a))),
    timestampsMs: Float64Array.from(entries.map(([, timestampMs]) => timestampMs)),
  };
}

function hashOf(a: string): [number, number] {
  return hashLabelSet('m', ['a', a, 'slave', '0']);
}

export function entriesOf({ hashes, timestampsMs }: FilledTable): [string, number][] {
  const known = new Map(['1', '2', '3', '4'].map((a) => [hashOf(a).join(), a]));
  return [...timestampsMs].map((timestampMs, i): [string, number] => [
    known.get(`${hashes[2 * i]},${hashes[2 * i + 1]}`) ?? '?',
    timestampMs,
  ]);
}

export const sortedEntries = (table: FilledTable): [string, number][] =>
  entriesOf(table).sort(([a], [b]) => Number(a) - Number(b));

export const m = (a: string, sample: string): ((of: string) => string) => line('m', `a="${a}"`, sample);

/** A join that is fed by hand. */
export class Fed {
  readonly join: ShardJoin;
  text = '';
  readonly #out = new BlockWriter();

  constructor(over: Partial<ShardJoinOptions> = {}) {
    this.join = createShardJoin(options(over));
  }

  advance(): JoinStatus {
    for (;;) {
      this.#out.reset(allocateBlockBuffers(4096));
      const status = this.join.advance(this.#out);
      const block = this.#out.take();
      if (block !== undefined) this.text += Buffer.from(block.buffers.bytes, 0, block.meta.usedBytes).toString();
      if (status.kind !== 'full') return status;
    }
  }

  push(index: number, text: string): this {
    this.join.push(index, Buffer.from(text));
    return this;
  }
}

export const died: GatewayError = new GatewayError('PG_UPSTREAM_RESET', 'connection reset');

export function hashText(name: string, labels: LabelSet): string {
  const [low, high] = hashLabelSet(name, labels);
  return String((BigInt(high) << 32n) | BigInt(low));
}
