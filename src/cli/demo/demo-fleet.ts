import { GatewayError } from '../../model/errors.ts';
import { demoConfig, type DemoShard } from './demo-config.ts';
import { type DemoControl, startDemoControl } from './demo-control.ts';
import { DemoReplica } from './demo-replica.ts';
import type { DemoTarget } from './demo-target.ts';
import { simulatedShard } from './simulated-shard.ts';

export interface DemoFleetOptions {
  readonly shards?: number;
  readonly replicas?: number;
  readonly scrapeIntervalMs?: number;
  readonly lookbackSeconds?: number;
  /** Port of the control server on 127.0.0.1; any free one where it is taken, or by default. */
  readonly controlPort?: number;
  readonly now?: () => number;
}

export interface DemoFleet {
  /** Configuration of a gateway in front of this fleet. */
  readonly configYaml: string;
  readonly lookbackSeconds: number;
  readonly targets: readonly DemoTarget[];
  /** `http://127.0.0.1:port` of the server that takes `POST /kill/<name>` and `POST /revive/<name>`. */
  readonly controlUrl: string;
  /** Ends a replica (`slave-0a`) or every replica of a shard (`slave-0`). @throws GatewayError `PG_NOT_FOUND` */
  kill(name: string): Promise<void>;
  /** Brings it back on its old port. @throws GatewayError `PG_NOT_FOUND` */
  revive(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a fleet of simulated Prometheus servers in this process, each on a port of its own on 127.0.0.1. */
export async function startDemoFleet(options: DemoFleetOptions = {}): Promise<DemoFleet> {
  const { shards = 3, replicas = 2, scrapeIntervalMs = 2000, lookbackSeconds = 15, now = Date.now } = options;
  const byShard = new Map<string, DemoReplica[]>();
  const described: DemoShard[] = [];
  for (let shard = 0; shard < shards; shard++) {
    const name = `slave-${shard}`;
    const labels = { slave: String(shard) };
    const series = simulatedShard(shard, shards);
    const servers = Array.from({ length: replicas }, (_, i) => {
      const replica = String.fromCharCode('a'.charCodeAt(0) + i);
      const externalLabels = { ...labels, replica };
      return new DemoReplica({ name: `${name}${replica}`, series, externalLabels, scrapeIntervalMs, now });
    });
    for (const server of servers) await server.start();
    byShard.set(name, servers);
    described.push({ name, labels, targets: servers.map((server) => server.address) });
  }

  const all = [...byShard.values()].flat();
  const named = (name: string): readonly DemoReplica[] => {
    const found = byShard.get(name) ?? all.filter((replica) => replica.name === name);
    if (found.length > 0) return found;
    const known = [...byShard.keys(), ...all.map((replica) => replica.name)].join(', ');
    throw new GatewayError(
      'PG_NOT_FOUND',
      `no demo shard or replica is called ${JSON.stringify(name)}; known: ${known}`,
    );
  };
  const fleet = {
    configYaml: demoConfig(described, lookbackSeconds),
    lookbackSeconds,
    get targets(): readonly DemoTarget[] {
      return [...byShard].flatMap(([shard, servers]) =>
        servers.map(({ name, address, alive }) => ({ shard, replica: name, address, alive })),
      );
    },
    async kill(name: string): Promise<void> {
      await Promise.all(named(name).map((replica) => replica.kill()));
    },
    async revive(name: string): Promise<void> {
      await Promise.all(named(name).map((replica) => replica.start()));
    },
  };
  const control: DemoControl = await startDemoControl(fleet, options.controlPort ?? 0);
  return Object.assign(fleet, {
    controlUrl: control.url,
    async close() {
      await Promise.all([control.close(), ...all.map((replica) => replica.kill())]);
    },
  });
}
