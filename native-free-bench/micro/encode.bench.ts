/**
 * What writing a rule's output costs, and what escaping a block's names costs where it has none and where every line has
 * one. Run: `node native-free-bench/micro/encode.bench.ts`
 */
import assert from 'node:assert/strict';
import { measure } from 'mitata';
import type { WrittenBlock } from '../../src/federate/join/block-writer.ts';
import { createRuleOutputEncoder } from '../../src/federate/rules/encode-rule-output.ts';
import { escapeBlock } from '../../src/federate/shard-task/escape-block.ts';

const LINES = 2000;
const options = { min_cpu_time: 1e9, min_samples: 5, warmup_samples: 3 };

function report(what: string, count: number, { p50, min }: { p50: number; min: number }): void {
  const cost = (nanoseconds: number): string => `${(nanoseconds / count).toFixed(1)} ns`;
  console.log(`encode ${what}: median ${cost(p50)} a line; best ${cost(min)}`);
}

const encoder = createRuleOutputEncoder({ externalLabels: { cluster: 'eu' }, escaping: 'allow-utf-8' });
const output = { name: 'job:http_requests:rate5m', labels: ['code', '200', 'job', 'api'], value: 479.57479054133097 };
assert.equal(
  encoder.encode(output),
  'job:http_requests:rate5m{code="200",job="api",cluster="eu",instance=""} 479.57479054133097\n',
);
report('rule outputs', 1, await measure(() => encoder.encode(output), options));

function blockOf(line: string, hasQuotedNames: boolean): WrittenBlock {
  const bytes = Buffer.from(line.repeat(LINES));
  const lineEnds = Uint32Array.from({ length: LINES }, (_, i) => (i + 1) * line.length);
  const segment = { family: 'f', type: 'untyped', start: 0, firstLine: 0, lines: LINES, compared: false };
  return {
    buffers: { bytes: Uint8Array.from(bytes).buffer, lineEnds: lineEnds.buffer, hashes: new ArrayBuffer(LINES * 8) },
    meta: { segments: [{ ...segment, end: bytes.length }], usedBytes: bytes.length, lines: LINES },
    hasQuotedNames,
  };
}

const plain = blockOf('my_metric{instance="app-1.example:8080",job="api",slave="0"} 12345 1700000000000\n', false);
assert.equal(escapeBlock(plain, 'underscores'), plain);
report('a block without such names', LINES, await measure(() => escapeBlock(plain, 'underscores'), options));

const quoted = blockOf('{"my.metric",instance="app-1.example:8080",job="api",slave="0"} 12345 1700000000000\n', true);
const { buffers, meta } = escapeBlock(quoted, 'underscores');
assert.match(Buffer.from(buffers.bytes, 0, meta.usedBytes).toString(), /^(my_metric\{instance="[^\n]+\n){2000}$/);
report('a block of escaped names', LINES, await measure(() => escapeBlock(quoted, 'underscores'), options));
