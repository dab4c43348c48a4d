import { expect, it } from 'vitest';
import { subjectAltNames } from '../../../../src/server/tls/client-certificate.ts';

it.each([
  [undefined, []],
  ['', []],
  ['DNS:a.example, DNS:*.b.example', ['a.example', '*.b.example']],
  ['IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1', ['127.0.0.1', '2001:db8::1']],
  ['email:a@b.example, URI:spiffe://x/y', ['a@b.example', 'spiffe://x/y']],
  ['DNS:"evil\\", DNS:good", DNS:b', ['evil", DNS:good', 'b']],
  ['DNS:"evil, DNS:good"', ['evil, DNS:good']],
  ['othername:<unsupported>, DNS:a', ['a']],
  ['URI:"http://x/,y"', ['http://x/,y']],
  ['DNS:a, nonsense', []],
])('%s holds %j', (subjectAltName, names) => {
  expect(subjectAltNames({ subjectAltName })).toEqual(names);
});
