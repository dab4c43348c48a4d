import { readdir, readlink } from 'node:fs/promises';
import { eventLoopP99Of } from '../../native-free-bench/lib/event-loop-delay.ts';
import { residentBytes } from '../../native-free-bench/lib/process-memory.ts';
import type { GatewayServer } from '../servers/process/gateway-process.ts';

/** What a gateway takes up at one moment. */
export interface Sample {
  /** Since the start of the soak. */
  readonly atSeconds: number;
  readonly residentMb: number;
  readonly fds: number;
  readonly sockets: number;
  /** Over the last ten seconds or more. */
  readonly eventLoopP99Ms: number;
}

export interface Sampler {
  stop(): Promise<readonly Sample[]>;
}

const EVERY_MS = 1000;

/** Looks at a gateway every second. */
export function startSampler(gateway: GatewayServer): Sampler {
  const samples: Sample[] = [];
  const started = performance.now();
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = takeSample(gateway, (performance.now() - started) / 1000).then((sample) => void samples.push(sample));
    // A gateway that does not answer now shows as a missing sample.
    last = last.catch(() => undefined);
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await last;
      return samples.sort((a, b) => a.atSeconds - b.atSeconds);
    },
  };
}

async function takeSample(gateway: GatewayServer, atSeconds: number): Promise<Sample> {
  const { pid } = gateway.process;
  const [links, metrics] = await Promise.all([fdLinks(pid), gateway.metrics()]);
  return {
    atSeconds,
    residentMb: residentBytes(pid) / 1e6,
    fds: links.length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    eventLoopP99Ms: eventLoopP99Of(metrics),
  };
}

async function fdLinks(pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`;
  const names = await readdir(directory);
  return Promise.all(names.map((name) => readlink(`${directory}/${name}`).catch(() => '')));
}
