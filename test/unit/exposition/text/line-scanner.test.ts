import { describe, expect, it } from 'vitest';
import { ExternalRuns, RunNames } from '../../../../src/exposition/text/external-run.ts';
import { hashLabelSet } from '../../../../src/exposition/text/label-set-hash.ts';
import { LineScanner } from '../../../../src/exposition/text/line-scanner.ts';
import { SampleLine } from '../../../../src/exposition/text/sample-line.ts';

const external = { replica: 'a', slave: '0' };

function createScanner(labels: Record<string, string> = external, maxLabels = 128): LineScanner {
  const names = new RunNames({
    externalLabels: [labels],
    replicaLabels: ['replica'],
    attachedLabels: { region: 'eu' },
    shardLabels: {},
  });
  return new LineScanner({ runs: new ExternalRuns(names, labels), maxLabels, maxLabelValueBytes: 1000 });
}

/** Scans consecutive lines with one scanner; undefined for those that it leaves to the parser. */
function scanAll(lines: readonly string[], scanner = createScanner()): (SampleLine | undefined)[] {
  const bytes = Buffer.concat([Buffer.from(lines.join('')), Buffer.alloc(24)]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let before = new SampleLine();
  let at = 0;
  return lines.map((text) => {
    const line = new SampleLine();
    line.bytes = bytes;
    line.view = view;
    const isScanned = scanner.scan(line, before, at);
    at += Buffer.byteLength(text);
    if (!isScanned) return undefined;
    expect(scanner.sample.next).toBe(at);
    before = line;
    return line;
  });
}

const scan = (line: string): SampleLine | undefined => scanAll([line])[0];
const keyOf = (line: SampleLine): string => Buffer.from(line.bytes.subarray(line.start, line.ownEnd)).toString();

const tail = ',instance="",replica="a",slave="0"} 1 1700000000000\n';
const tailWithInstance = ',replica="a",slave="0"} 1 1700000000000\n';

describe('lines as Prometheus writes them', () => {
  it.each<[line: string, key: string, name: string, labels: string[]]>([
    [`m{${tail.slice(1)}`, 'm', 'm', []],
    [`m{a="x"${tail}`, 'm{a="x"', 'm', ['a', 'x']],
    [`m{a="x",b="y"${tail}`, 'm{a="x",b="y"', 'm', ['a', 'x', 'b', 'y']],
    [`a:b_9{instance="h:1"${tailWithInstance}`, 'a:b_9{instance="h:1"', 'a:b_9', ['instance', 'h:1']],
    [`m{a="x",instance="h"${tailWithInstance}`, 'm{a="x",instance="h"', 'm', ['a', 'x', 'instance', 'h']],
    [`m{a="\\\\\\"\\n"${tail}`, 'm{a="\\\\\\"\\n"', 'm', ['a', '\\"\n']],
    [`m{a=" ,}{=\t\0\r#"${tail}`, 'm{a=" ,}{=\t\0\r#"', 'm', ['a', ' ,}{=\t\0\r#']],
    [`m{a="é\u{1f600}"${tail}`, 'm{a="é\u{1f600}"', 'm', ['a', 'é\u{1f600}']],
    [`m{a="1",a1="2",ab="3"${tail}`, 'm{a="1",a1="2",ab="3"', 'm', ['a', '1', 'a1', '2', 'ab', '3']],
    // a label of the name of an external one, of another value
    ['m{slave="9",instance="",replica="a"} 1\n', 'm{slave="9"', 'm', ['slave', '9']],
    // an own label just before the run that equals an external one counts as that
    ['m{a="x",instance="h",replica="a",slave="0"} 1\n', 'm{a="x",instance="h"', 'm', ['a', 'x', 'instance', 'h']],
  ])('%j', (text, key, name, labels) => {
    const line = scan(text);
    expect(line && keyOf(line)).toBe(key);
    expect([line!.low >>> 0, line!.high >>> 0]).toEqual(hashLabelSet(name, labels));
  });

  it('knows the value and the timestamp', () => {
    const line = scan(`m{a="x"${tail}`)!;
    expect(line.timestampMs).toBe(1_700_000_000_000);
    expect(Buffer.from(line.bytes.subarray(line.valueStart, line.end)).toString()).toBe('1 1700000000000');
  });

  it('takes a server without external labels', () => {
    const [bare, labelled] = scanAll(['m{instance="h"} 1\n', 'm{a="b",instance="h"} 1 5\n'], createScanner({}));
    expect(keyOf(bare!)).toBe('m{instance="h"');
    expect(keyOf(labelled!)).toBe('m{a="b",instance="h"');
  });
});

describe('lines that are left to the parser', () => {
  it.each([
    'm 1\n',
    'm{a="x"} 1\n',
    `m{ a="x"${tail}`,
    `m {a="x"${tail}`,
    `m{a ="x"${tail}`,
    `m{a= "x"${tail}`,
    `m{a="x" ${tail}`,
    `m{a="x",${tail}`,
    `m{a="x",a="x"${tail}`,
    `m{b="x",a="x"${tail}`,
    `m{ab="x",a="x"${tail}`,
    `m{a=""${tail}`,
    `m{a="\\x"${tail}`,
    `m{a="x\ny"${tail}`,
    `m{"a"="x"${tail}`,
    `{"m",a="x"${tail}`,
    ` m{a="x"${tail}`,
    `9m{a="x"${tail}`,
    `m{9="x"${tail}`,
    `m{a:b="x"${tail}`,
    `m{__name__="x"${tail}`,
    'm{a="x",instance="",replica="a",slave="0"}1\n',
    'm{a="x",instance="",replica="a",slave="0"}  1\n',
    'm{a="x",instance="",replica="a",slave="0",} 1\n',
    'm{a="x",instance="",replica="b",slave="0"} 1\n',
    'm{a="x",instance="",replica="a"} 1\n',
    // an external label outside the run
    'm{a="x",replica="a",instance="",slave="0"} 1\n',
    'm{a="x",instance="h",replica="a",slave="0",zone="z"} 1\n',
    // would leave as part of the run
    'm{region="eu",instance="",replica="a",slave="0"} 1\n',
    '\n',
    'm',
    'm{a="',
  ])('%j', (text) => {
    expect(scanAll([text.endsWith('\n') ? text : `${text}\n`])).toEqual([undefined]);
  });

  it('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(`m{a="\xff"${tail}`, 'latin1'), Buffer.alloc(24)]);
    const line = new SampleLine();
    line.bytes = bytes;
    line.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(createScanner().scan(line, new SampleLine(), 0)).toBe(false);
  });

  it('more labels than allowed', () => {
    const text = 'm{a="1",b="2",instance="h",replica="a",slave="0"} 1\n';
    expect(scanAll([text], createScanner(external, 5))[0]).toBeDefined();
    expect(scanAll([text], createScanner(external, 4))[0]).toBeUndefined();
  });

  it('more own labels than it has room for', () => {
    const own = Array.from({ length: 65 }, (_, i) => `l${String(i).padStart(3, '0')}="x"`);
    expect(scan(`m{${own.slice(0, 64).join(',')}${tail}`)).toBeDefined();
    expect(scan(`m{${own.join(',')}${tail}`)).toBeUndefined();
  });
});

describe('what lines have in common with the one before', () => {
  const lines = [
    'm{a="x",b="y"',
    'm{a="x",b="y1"',
    'm{a="x",b="y1",c="z"',
    'm{a="x",b="y2",c="z"',
    'm{a="x1",b="y2",c="z"',
    'm{a="x\\"",b="y2",c="z"',
    'm{a="x\\"1",b="y2",c="z"',
    'm{a="123456781",b="1",c="123456781"',
    'm{a="123456782",b="2",c="123456782"',
    'm{a="123456783",bb="2",c="1234567"',
    'm{a="123456784",bb="2",cc="1234567"',
    'm{a="xé",b="y2",c="z"',
    'm{a="xè",b="y2",c="z"',
    'm{b="xè",c="z"',
    'm{b="xè"',
    'm',
    'mm',
    'mm{a="x",b="y"',
    'mmm{a="x",b="y"',
    'mmm{a="x",bb="y"',
    'mmm{a="x",bb="y",c="z"',
    'mmm{a="x",c="z"',
    'mmm{a="x",cc="z",d="1"',
    'mmm{a="x",cc="z2345678",d="1"',
    'mmm{a="x",cc="z2345679",d="1"',
  ].map((key) => (key.includes('{') ? key + tail : `${key}{${tail.slice(1)}`));

  it('gives what scanning each line alone gives', () => {
    for (const [i, line] of scanAll(lines).entries()) {
      const alone = scan(lines[i]!)!;
      expect(keyOf(line!)).toBe(keyOf(alone));
      expect([line!.low, line!.high, line!.nameEnd - line!.start]).toEqual([alone.low, alone.high, alone.nameEnd]);
    }
  });

  it('gives the same after a line that could not be scanned, and after any other', () => {
    for (const first of lines) {
      for (const second of lines) {
        const [, line] = scanAll([first, second]);
        const [, , later] = scanAll([first, 'm 1\n', second]);
        const alone = scan(second)!;
        for (const one of [line!, later!]) {
          expect([keyOf(one), one.low, one.high]).toEqual([keyOf(alone), alone.low, alone.high]);
        }
      }
    }
  });

  it('does not carry an own instance over', () => {
    const [, second] = scanAll([`m{a="x",instance="h"${tailWithInstance}`, `m{a="x"${tail}`]);
    expect(keyOf(second!)).toBe('m{a="x"');
  });

  it('does not accept what is wrong in the second line only', () => {
    const bad = ['m{a="x",b="y",a="z"', 'm{a="x",b="', 'm{a="x",b="y"c="z"', 'm{a="x",b=""'];
    for (const key of bad) expect(scanAll([`m{a="x",b="y",c="z"${tail}`, key + tail])[1]).toBeUndefined();
  });

  it('says how much is shared', () => {
    const scanner = createScanner();
    scanAll([`m{a="x",b="y"${tail}`, `m{a="x",b="z"${tail}`], scanner);
    expect(scanner.shared).toBe('m{a="x",b="'.length);
    scanAll([`m{a="x",b="y"${tail}`], scanner);
    scanner.forget();
    scanAll([`m{a="x",b="y"${tail}`], scanner);
    expect(scanner.shared).toBe(-1);
  });
});
