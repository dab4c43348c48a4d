import { appendedPairs, type Pair, promLine, type Sample, sortedPairs, type WrittenLine } from './fleet-model.ts';

export interface NaiveOptions {
  readonly external: readonly Readonly<Record<string, string>>[];
  readonly replicaLabels: readonly string[];
  readonly attached: Readonly<Record<string, string>>;
  readonly leader: number;
  readonly watermarkMs: number;
  readonly newestGivenMs: number;
}

interface Outgoing {
  readonly name: string;
  readonly own: readonly Pair[];
  readonly text: (sample: Sample) => string;
}

/** The join as a table of series: every line by its outgoing label set, then one winner each. Returns the lines that leave. */
export function naiveJoin(replicas: readonly (readonly WrittenLine[])[], options: NaiveOptions): string[] {
  const table = new Map<string, { out: Outgoing; samples: (Sample | undefined)[] }>();
  for (const [replica, lines] of replicas.entries()) {
    for (const line of lines) {
      const { key, out } = outgoing(line, replica, options);
      const entry = table.get(key) ?? { out, samples: replicas.map(() => undefined) };
      entry.samples[replica] ??= line.sample;
      table.set(key, entry);
    }
  }
  return [...table.values()].flatMap(({ out, samples }) => {
    const led = samples[options.leader];
    const winner = led ?? newest(samples);
    const threshold = led === undefined ? options.newestGivenMs : options.watermarkMs;
    return winner.timestamp !== undefined && Number(winner.timestamp) <= threshold ? [] : [out.text(winner)];
  });
}

function newest(samples: readonly (Sample | undefined)[]): Sample {
  const age = (sample: Sample): number => (sample.timestamp === undefined ? -Infinity : Number(sample.timestamp));
  const present = samples.filter((sample) => sample !== undefined);
  return present.reduce((best, sample) => (age(sample) > age(best) ? sample : best));
}

/** What leaves for a line: its own labels, then the shared external ones and those the gateway attaches. */
function outgoing(
  { name, pairs }: WrittenLine,
  replica: number,
  options: NaiveOptions,
): { key: string; out: Outgoing } {
  const { replicaLabels, attached } = options;
  const external = options.external[replica]!;
  const split = pairs.findIndex((_, i) => isRun(pairs.slice(0, i), pairs.slice(i), external));
  // Where nothing was appended, a label that equals an external one is taken for that.
  const isSorted = split === -1;
  const externalPairs = isSorted ? pairs.filter(([label, value]) => external[label] === value) : [];
  const cut = split === -1 ? pairs.length : split;
  const shared: Record<string, string> = { ...attached };
  for (const [label, value] of Object.entries(external)) if (!replicaLabels.includes(label)) shared[label] = value;
  const isShared = ([label, value]: Pair): boolean => shared[label] === value || attached[label] === value;
  const own = pairs.slice(0, cut).filter((pair) => !isShared(pair) && !externalPairs.includes(pair));
  const names = new Set(own.map(([label]) => label));
  const moved = pairs.slice(0, cut).filter(isShared);
  const run = pairs.slice(cut).filter(([label]) => !replicaLabels.includes(label));
  const tail = new Map<string, string>([...Object.entries({ instance: '', ...attached }), ...run, ...moved]);
  const tailPairs = sortedPairs([...tail].filter(([label]) => !names.has(label)));
  const all: Pair[] = [...sortedPairs(own), ...tailPairs];
  const labelSet = sortedPairs(all.filter(([, value]) => value !== ''));
  return {
    key: JSON.stringify([name, labelSet]),
    out: { name, own, text: (sample) => promLine(name, all, sample) },
  };
}

function isRun(own: readonly Pair[], rest: readonly Pair[], external: Readonly<Record<string, string>>): boolean {
  return JSON.stringify(appendedPairs(own, external)) === JSON.stringify(rest);
}
