import { execFileSync } from 'node:child_process';
import type { Fault } from './fault.ts';
import { PROXIED_SHARD, type Targets } from './stage.ts';

/** Addresses, one for each replica behind a proxy, of the private network namespace, which the runner gives to its loopback device. One may be taken away again. */
export const CUTTABLE_HOSTS = ['10.77.0.1', '10.77.0.2'] as const;

/** Set by the runner when it started itself anew in a network namespace of its own. */
export const NAMESPACE_VARIABLE = 'PROMGATE_FAULTS_NAMESPACE';

/** Gives an address to the loopback device. */
export function plugIn(host: string): void {
  execFileSync('ip', ['addr', 'add', `${host}/32`, 'dev', 'lo']);
}

function cut(host: string): void {
  execFileSync('ip', ['addr', 'del', `${host}/32`, 'dev', 'lo']);
}

export const networkCut: Fault = {
  name: 'network-cut',
  what: 'leader: its address leaves the network, packets go nowhere',
  kinds: ['slow', 'timeout', 'connect'],
  unavailable: () =>
    process.env[NAMESPACE_VARIABLE] ? undefined : 'no network namespace could be made (needs unshare, ip, and root)',
  async inject(stage) {
    const victim = await stage.find(PROXIED_SHARD, 'leader');
    const host = CUTTABLE_HOSTS[victim.replica]!;
    cut(host);
    return { victim, heal: async () => plugIn(host) };
  },
};

/** The name of the first replica of the proxied shard cannot be resolved, from the start on. */
export function withoutName(targets: Targets): Targets {
  return targets.map((replicas, shard) =>
    shard === PROXIED_SHARD ? ['replica.promgate.invalid:9090', ...replicas.slice(1)] : replicas,
  );
}

/** On a stage with {@link withoutName}. */
export const unresolvable: Fault = {
  name: 'dns',
  what: 'leader: its name cannot be resolved, from the start on',
  kinds: ['dns'],
  async inject() {
    return { victim: { shard: PROXIED_SHARD, replica: 0 }, heal: async () => undefined };
  },
};
