import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { createReadFixture, cut, text } from './read-fixture.ts';
import { response } from './scripted-server.ts';

const { serve, pools, failureOf } = createReadFixture();

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
