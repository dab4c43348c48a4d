import { createRandom } from '../../promqltest/fleet/random.ts';

/** Start of the data, Unix seconds: fixed and long past, a multiple of an hour. */
export const dataStart = 1_699_999_200;
export const dataSeconds: number = 2 * 3600;
const intervalSeconds = 15;

export interface DataSeries {
  /** In braces, without the metric name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly shard: number;
  readonly samples: readonly (readonly [seconds: number, value: number])[];
}

export interface DataFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly series: readonly (DataSeries & { readonly suffix: string })[];
}

export const shards = 3;
const instances = Array.from({ length: 9 }, (_, i) => ({
  instance: `host-${i}:9100`,
  job: ['api', 'web', 'db'][i % 3]!,
  shard: (i * 7 + 2) % shards,
}));

/** Metrics of nine targets over three shards: counters with resets, gauges with every kind of value, histograms, gaps. */
export function referenceFamilies(): readonly DataFamily[] {
  const random = createRandom(20_231_114);
  return [counters(random), gauges(random), specials(random), histograms(random), up(), capacity()];
}

type Random = () => number;
type Labels = Readonly<Record<string, string>>;

function sampled(valueAt: (step: number) => number | undefined): readonly (readonly [number, number])[] {
  const samples: [number, number][] = [];
  for (let step = 0; step * intervalSeconds <= dataSeconds; step++) {
    const value = valueAt(step);
    if (value !== undefined) samples.push([dataStart + step * intervalSeconds, value]);
  }
  return samples;
}

function eachTarget(
  make: (
    target: Labels,
    index: number,
  ) => readonly { labels: Labels; suffix: string; samples: DataSeries['samples'] }[],
): DataFamily['series'] {
  return instances.flatMap(({ shard, ...target }, index) =>
    make(target, index).map((series) => ({ ...series, labels: { ...target, ...series.labels }, shard })),
  );
}

function counters(random: Random): DataFamily {
  const series = eachTarget((_target, index) =>
    ['200', '404', '500'].map((code) => {
      let value = Math.floor(random() * 1000);
      const resetAt = index % 4 === 1 ? 200 + index : -1;
      const gap = index % 3 === 2 ? [100, 130] : [-1, -1];
      return {
        labels: { code },
        suffix: '_total',
        samples: sampled((step) => {
          value = step === resetAt ? 0 : value + Math.floor(random() * 20);
          return step >= gap[0]! && step < gap[1]! ? undefined : value;
        }),
      };
    }),
  );
  return { name: 'http_requests', type: 'counter', series };
}

function gauges(random: Random): DataFamily {
  const series = eachTarget((_target, index) =>
    ['heap', 'stack'].map((kind) => {
      const base = (index + 1) * 1e6;
      return {
        labels: { kind },
        suffix: '',
        // Two targets end and begin in the middle.
        samples: sampled((step) => {
          if ((index === 3 && step > 250) || (index === 4 && step < 200)) return undefined;
          return base + Math.sin(step / 20 + index) * 1e5 + Math.floor(random() * 1000);
        }),
      };
    }),
  );
  return { name: 'memory_bytes', type: 'gauge', series };
}

function specials(random: Random): DataFamily {
  const odd = [NaN, Infinity, -Infinity, 0, -1.5, 1e21, 1e-9];
  const series = eachTarget((_target, index) => [
    {
      labels: { room: `r"${index}`, ...(index % 2 === 0 ? { floor: 'ü' } : {}) },
      suffix: '',
      samples: sampled((step) => (index < odd.length && step % 40 < 20 ? odd[index] : random() * 40 - 10)),
    },
  ]);
  return { name: 'temperature', type: 'gauge', series };
}

const bounds = ['0.1', '0.5', '1.0', '5.0', '+Inf'];

function histograms(random: Random): DataFamily {
  const series = eachTarget(() => {
    const perBucket = bounds.map(() => 0);
    let sum = 0;
    const history = sampled(() => 0).map(([seconds]) => {
      for (const i of perBucket.keys()) perBucket[i]! += Math.floor(random() * 5);
      sum += random() * 10;
      return { seconds, sum, counts: perBucket.map((_, i) => perBucket.slice(0, i + 1).reduce((a, b) => a + b, 0)) };
    });
    const of = (value: (at: (typeof history)[number]) => number): DataSeries['samples'] =>
      history.map((at) => [at.seconds, value(at)] as const);
    return [
      ...bounds.map((le, i) => ({ labels: { le }, suffix: '_bucket', samples: of(({ counts }) => counts[i]!) })),
      { labels: {}, suffix: '_sum', samples: of((at) => at.sum) },
      { labels: {}, suffix: '_count', samples: of(({ counts }) => counts.at(-1)!) },
    ];
  });
  return { name: 'latency_seconds', type: 'histogram', series };
}

function up(): DataFamily {
  const series = eachTarget((_target, index) => [
    { labels: {}, suffix: '', samples: sampled((step) => (index === 5 && step % 50 > 40 ? 0 : 1)) },
  ]);
  return { name: 'up', type: 'gauge', series };
}

/** One series for each job, on one shard each: the one side of matches. */
function capacity(): DataFamily {
  const series = ['api', 'web', 'db'].map((job, i) => ({
    labels: { job, tier: `t${i}` },
    suffix: '',
    shard: i,
    samples: sampled(() => 100 * (i + 1)),
  }));
  return { name: 'job_capacity', type: 'gauge', series };
}
