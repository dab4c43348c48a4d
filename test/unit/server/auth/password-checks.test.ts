import { hashSync } from 'bcryptjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createPasswordChecks, type PasswordChecks } from '../../../../src/server/auth/password-checks.ts';
import { checkPassword } from '../../../../src/server/auth/password-task.ts';

const never = new AbortController().signal;
let checks: PasswordChecks | undefined;
afterEach(() => checks?.close());

describe('bcrypt', () => {
  // All these letters stand for the same algorithm, Go takes them too.
  it.each(['2a', '2b', '2x', '2y', '2'])('takes $%s$', (version) => {
    const hash = `$${version}$${hashSync('secret', 4).slice(4)}`;
    expect(checkPassword({ password: 'secret', hash })).toBe(true);
    expect(checkPassword({ password: 'Secret', hash })).toBe(false);
  });

  it('looks at 72 bytes, as Go does', () => {
    const hash = hashSync('ä'.repeat(36), 4);
    expect(checkPassword({ password: 'ä'.repeat(40), hash })).toBe(true);
    expect(checkPassword({ password: 'ä'.repeat(35), hash })).toBe(false);
  });
});

describe('checks on threads', () => {
  const hash = hashSync('secret', 11);

  it('leave the event loop alone', async () => {
    checks = createPasswordChecks({ threads: 1, maxQueued: 10 });
    await checks.check({ password: 'x', hash: hashSync('x', 4) }, never);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const results = await Promise.all(
      ['secret', 'no', 'secret'].map((password) => checks!.check({ password, hash }, never)),
    );
    clearInterval(timer);
    expect(results).toEqual([true, false, true]);
    // Three checks in a row on this thread would leave room for three ticks.
    expect(ticks).toBeGreaterThan(10);
  });

  it('wait in a bounded queue, which those who leave leave too', async () => {
    checks = createPasswordChecks({ threads: 1, maxQueued: 2 });
    const leaving = new AbortController();
    const first = checks.check({ password: 'secret', hash }, never);
    const second = checks.check({ password: 'secret', hash }, leaving.signal);
    const third = checks.check({ password: 'secret', hash }, never);
    expect(checks.waiting).toBe(2);
    await expect(checks.check({ password: 'secret', hash }, never)).rejects.toMatchObject({ code: 'PG_OVERLOADED' });
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: 'PG_CLIENT_GONE' });
    expect(await Promise.all([first, third])).toEqual([true, true]);
  });
});
