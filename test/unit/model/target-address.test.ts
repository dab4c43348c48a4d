import { expect, it } from 'vitest';
import { normalizedTarget, targetFault } from '../../../src/model/target-address.ts';

it.each([
  ['h:1', 'h:1'],
  ['Prom-0.Example.NET:09090', 'prom-0.example.net:9090'],
  ['10.0.0.1:80', '10.0.0.1:80'],
  ['[2001:DB8::1]:9090', '[2001:db8::1]:9090'],
  ['under_score:65535', 'under_score:65535'],
])('accepts %s', (target, normalized) => {
  expect(targetFault(target)).toBeUndefined();
  expect(normalizedTarget(target)).toBe(normalized);
});

it.each([
  ['http://h:1', 'expected host:port, got the URL "http://h:1": use scheme and path_prefix of the shard'],
  ['HTTPS://h/x', 'expected host:port, got the URL "HTTPS://h/x": use scheme and path_prefix of the shard'],
  ['http://u:pw@h:1', 'expected host:port, got the URL "http://…@h:1": use scheme and path_prefix of the shard'],
  ['u:pw@h:1', 'expected host:port, got "…@h:1": user and password are not supported'],
  ['h:1/prom', 'expected host:port, got "h:1/prom": use path_prefix of the shard for a path'],
  ['h', 'expected host:port, got "h": the port is missing'],
  ['h:', 'expected host:port, got "h:"'],
  [':9090', 'expected host:port, got ":9090"'],
  ['h:http', 'expected host:port, got "h:http"'],
  ['h:0', 'expected a port from 1 to 65535, got 0'],
  ['h:65536', 'expected a port from 1 to 65535, got 65536'],
  ['::1:9090', 'expected host:port, got "::1:9090"'],
  ['a b:1', 'expected host:port, got "a b:1"'],
  ['h:1?x', 'expected host:port, got "h:1?x"'],
  ['999.0.0.1:1', 'expected host:port, got "999.0.0.1:1": no such host name can exist'],
])('refuses %s', (target, fault) => {
  expect(targetFault(target)).toBe(fault);
});
