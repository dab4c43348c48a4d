import type { ConfigCheck } from '../config/check-config.ts';
import type { ConfigMessage, Severity } from '../config/config-message.ts';
import type { Config, ReplicaConfig, ShardConfig } from '../config/config.ts';
import { toGatewayError } from '../model/errors.ts';

export type ExternalLabels = Readonly<Record<string, string>>;

/**
 * Asks a replica for its external labels; undefined where it answers without telling them (VictoriaMetrics). Rejects
 * where it cannot be reached.
 */
export type AskExternalLabels = (replica: ReplicaConfig, shard: ShardConfig) => Promise<ExternalLabels | undefined>;

const maxAsksAtOnce = 16;

type Answer = { readonly labels: ExternalLabels | undefined } | { readonly error: string };

interface AskedReplica {
  readonly shard: number;
  readonly replica: number;
  readonly config: ReplicaConfig;
  readonly answer: Answer;
}

/** Compares a sound configuration with what its replicas say of themselves. Sorted by position. */
export async function checkLive(file: string, check: ConfigCheck, ask: AskExternalLabels): Promise<ConfigMessage[]> {
  const { config } = check;
  if (config === undefined) return [];
  const messages: ConfigMessage[] = [];
  const say: Say = (severity, { shard, replica }, message) => {
    const { line, column, path } = check.locate(shard, replica);
    messages.push({ file, line, column, severity, message: `${path}: ${message}`, path });
  };
  const asked = await askAll(config, ask);
  for (const one of asked) checkReplica(one, config, say);
  for (const [i] of config.shards.entries()) {
    checkSiblings(
      asked.filter(({ shard }) => shard === i),
      config,
      say,
    );
  }
  checkShardsDiffer(asked, config, say);
  return messages.sort((a, b) => a.line - b.line || a.column - b.column);
}

type Say = (severity: Severity, place: { shard: number; replica: number }, message: string) => void;

async function askAll(config: Config, ask: AskExternalLabels): Promise<AskedReplica[]> {
  const replicas = config.shards.flatMap((shard, i) => shard.replicas.map((replica, j) => ({ shard, i, replica, j })));
  const asked: AskedReplica[] = [];
  for (let from = 0; from < replicas.length; from += maxAsksAtOnce) {
    const batch = replicas.slice(from, from + maxAsksAtOnce).map(async ({ shard, i, replica, j }) => {
      const answer = await ask(replica, shard).then(
        (labels): Answer => ({ labels }),
        (error: unknown): Answer => ({ error: toGatewayError(error).message }),
      );
      return { shard: i, replica: j, config: replica, answer };
    });
    asked.push(...(await Promise.all(batch)));
  }
  return asked;
}

function checkReplica(asked: AskedReplica, { shards, global }: Config, say: Say): void {
  const { answer, config } = asked;
  if ('error' in answer) return say('error', asked, `replica ${config.name} cannot be asked: ${answer.error}`);
  if (answer.labels === undefined) {
    return say('warning', asked, `replica ${config.name} does not tell its external labels, as Prometheus would`);
  }
  const shard = shards[asked.shard]!;
  for (const [name, value] of Object.entries(shard.labels)) {
    const actual = answer.labels[name];
    if (actual === value) continue;
    const difference = `shard label ${name}=${JSON.stringify(value)}, but replica ${config.name} has`;
    if (actual === undefined) say('warning', asked, `${difference} no external label ${name}: the gateway attaches it`);
    else say('error', asked, `${difference} the external label ${name}=${JSON.stringify(actual)}`);
  }
  for (const [name, value] of Object.entries(answer.labels)) {
    if (Object.hasOwn(shard.labels, name) || global.replicaLabels.includes(name)) continue;
    const label = `${name}=${JSON.stringify(value)}`;
    say('warning', asked, `replica ${config.name} has the external label ${label}, which the shard does not declare`);
  }
}

/** Replicas of one shard must differ in their replica labels, or the fleet cannot tell them apart elsewhere either. */
function checkSiblings(siblings: readonly AskedReplica[], { global }: Config, say: Say): void {
  if (siblings.length < 2) return;
  const taken = new Map<string, string>();
  for (const asked of siblings) {
    if (!('labels' in asked.answer) || asked.answer.labels === undefined) continue;
    const { labels } = asked.answer;
    const own = global.replicaLabels.filter((name) => Object.hasOwn(labels, name));
    if (own.length === 0) {
      const wanted = global.replicaLabels.join(', ');
      say('warning', asked, `replica ${asked.config.name} has no replica label (${wanted}) among its external labels`);
      continue;
    }
    const identity = own.map((name) => `${name}=${JSON.stringify(labels[name])}`).join(',');
    const other = taken.get(identity);
    if (other === undefined) taken.set(identity, asked.config.name);
    else say('error', asked, `replica ${asked.config.name} has the same ${identity} as replica ${other} of this shard`);
  }
}

/** Two shards whose replicas carry the same external labels (replica labels aside) are one shard by their own account. */
function checkShardsDiffer(asked: readonly AskedReplica[], { shards, global }: Config, say: Say): void {
  const taken = new Map<string, number>();
  const reported = new Set<number>();
  for (const one of asked) {
    if (!('labels' in one.answer) || one.answer.labels === undefined) continue;
    const own = Object.entries(one.answer.labels).filter(([name]) => !global.replicaLabels.includes(name));
    const identity = JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
    const first = taken.get(identity) ?? one.shard;
    taken.set(identity, first);
    if (first === one.shard || reported.has(one.shard)) continue;
    reported.add(one.shard);
    const names = [shards[one.shard]!.name, shards[first]!.name].map((name) => JSON.stringify(name));
    say('error', one, `replicas of the shards ${names.join(' and ')} have the same external labels`);
  }
}
