import { expect, it } from 'vitest';
import { createFindings } from '../../../../src/config/source/findings.ts';
import { parseYaml } from '../../../../src/config/source/parse-yaml.ts';

it('sorts by position, keeps a message once, and puts the path in front', () => {
  const findings = createFindings(parseYaml('a: 1\nb: [x]\n', 'f.yml').source);
  findings.error('/b/0', 'second');
  findings.warning('/a', 'first', { part: 'key' });
  findings.error('/b/0', 'second');
  findings.error('', 'zeroth');
  expect(findings.messages()).toEqual([
    { file: 'f.yml', line: 1, column: 1, severity: 'warning', message: 'a: first', path: 'a' },
    { file: 'f.yml', line: 1, column: 1, severity: 'error', message: 'zeroth', path: '' },
    { file: 'f.yml', line: 2, column: 5, severity: 'error', message: 'b[0]: second', path: 'b[0]' },
  ]);
});
