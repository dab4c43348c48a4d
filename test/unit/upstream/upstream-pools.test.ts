import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { bodyOf, createReadFixture, cut, text } from './read-fixture.ts';
import { response } from './scripted-server.ts';

const { serve, pools, ask, failureOf } = createReadFixture();

describe('closing the pools', () => {
  it('ends reads under way', async () => {
    const server = await serve((socket) => socket.write(cut(response(text), 9)));
    const from = pools();
    const failure = failureOf({ url: server.url, from });
    while (server.requests.length === 0) await sleep(5);
    await sleep(20);
    await from.close();
    expect(await failure).toMatchObject({ code: 'PG_UPSTREAM_CLOSED' });
    await server.allClosed();
  });
});

describe('keeping only some pools', () => {
  it('goes on with the connections to those, and closes the others', async () => {
    const kept = await serve((socket) => socket.write(response(text)));
    const other = await serve((socket) => socket.write(response(text)));
    const from = pools();
    for (const { url } of [kept, other]) await bodyOf(await ask({ url, from }));
    from.keepOnly([{ url: `${kept.url}/prefix` }]);
    await other.allClosed();
    await bodyOf(await ask({ url: kept.url, from }));
    expect([kept.accepted(), kept.open(), other.accepted()]).toEqual([1, 1, 1]);
  });

  it('lets what is read on the others end, and opens them again when they are asked', async () => {
    let sent = false;
    const server = await serve((socket) => {
      const whole = response(text);
      socket.write(whole.slice(0, -5));
      setTimeout(() => {
        sent = true;
        socket.write(whole.slice(-5));
      }, 100);
    });
    const from = pools();
    const answer = await ask({ url: server.url, from });
    from.keepOnly([]);
    expect(sent).toBe(false);
    expect(await bodyOf(answer)).toBe(text);
    await server.allClosed();
    expect(await bodyOf(await ask({ url: server.url, from }))).toBe(text);
  });
});
