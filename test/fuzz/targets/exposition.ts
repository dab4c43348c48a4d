import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';
import { tokens } from '../join/exposition-tokens.ts';
import { parseAll } from '../join/parse-all.ts';
import { compareReaders } from '../join/read-line.ts';

export const expositionSeeds: readonly Uint8Array[] = bytesOf([
  '# TYPE up untyped\nup{instance="a:1",job="x",replica="a",slave="0"} 1 1700000000000\n',
  '# TYPE http_requests_total counter\nhttp_requests_total{code="200",instance="",replica="a",slave="0"} 1.5e+09 1700000000000\nhttp_requests_total{code="500",instance="",replica="a",slave="0"} NaN 1700000000001\n',
  '# HELP m some\\ntext\n# TYPE m histogram\nm_bucket{le="+Inf",replica="a"} 3\nm_sum 0.1\nm_count 3\n',
  '# TYPE "my.metric" gauge\n{"my.metric","my.label"="ä\\"\\\\\\n",replica="a"} -Inf 1700000000000\n',
  'm{a="x"} 1\nm{a="x!"} 2\nm{a="x",b="y"} 3\nz 0x1p-4\n',
]);

const limits = { maxLabels: 20, maxLabelValueBytes: 200 };

export const exposition: FuzzTarget = {
  name: 'exposition',
  seeds: expositionSeeds,
  tokens,
  run(input) {
    compareReaders(input);
    parseAll(input, limits);
  },
};
