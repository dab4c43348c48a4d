import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { messageFor } from '../../../src/model/tenant-message.ts';

const quoting = new GatewayError('PG_PARSE_INVALID', 'replica prom-0a:9090: line 3: m{team="b"} x', {
  details: { shard: 's0' },
});

it('quotes no replica to a tenant', () => {
  expect(messageFor('a', quoting)).toBe("shard s0: the read failed with PG_PARSE_INVALID; the operator's log says why");
  expect(messageFor('a', new GatewayError('PG_INTERNAL', 'of b'))).not.toContain('of b');
});

it('tells everything to one who may see everything, and a tenant what is wrong with its request', () => {
  expect(messageFor(undefined, quoting)).toBe(quoting.message);
  expect(messageFor('a', new GatewayError('PG_SELECTOR_INVALID', 'bad {'))).toBe('bad {');
});
