import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { text } from '../read-fixture.ts';
import { createClientFixture, failureOf, headerOf, readOnce } from './client-fixture.ts';

const { replica, file, pools } = createClientFixture();
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('a request', () => {
  it.each([
    [{ basicAuth: { username: 'ü', password: 'p:ß' } }, basic('ü:p:ß')],
    [{ basicAuth: { username: 'u' } }, basic('u:')],
    [{ basicAuth: {} }, basic(':')],
    [{ authorization: { type: 'Bearer', credentials: 'abc' } }, 'Bearer abc'],
    [{ authorization: { type: 'Token', credentials: 'a b' } }, 'Token a b'],
  ])('with %j', async (config, value) => {
    const { url, heads } = await replica();
    expect(await readOnce(pools(), url, config)).toBe(text);
    expect(headerOf(heads[0], 'authorization')).toEqual([value]);
  });

  it('has the values of its headers in order, without white space around those of files', async () => {
    const { url, heads } = await replica();
    const header = { values: ['a', 'b'], secrets: ['c'], files: [await file('d', ' d\n')] };
    await readOnce(pools(), url, {
      httpHeaders: { 'X-Many': header, 'X-One': { values: ['1'], secrets: [], files: [] } },
    });
    expect(headerOf(heads[0], 'x-many')).toEqual(['a', 'b', 'c', 'd']);
    expect(headerOf(heads[0], 'x-one')).toEqual(['1']);
    expect(headerOf(heads[0], 'accept')).toHaveLength(1);
  });

  it('without a client has none of it', async () => {
    const { url, heads } = await replica();
    await readOnce(pools(), url, {});
    expect(headerOf(heads[0], 'authorization')).toEqual([]);
  });
});

describe('a file', () => {
  it('is read again when it changes, also to something as long, at once', async () => {
    const { url, heads } = await replica();
    const passwordFile = await file('password', 'one\n');
    const from = pools();
    for (const password of ['one', 'two', 'six']) {
      await file('password', `${password}\n`);
      await readOnce(from, url, { basicAuth: { username: 'u', passwordFile } });
      expect(headerOf(heads.at(-1), 'authorization')).toEqual([basic(`u:${password}`)]);
      await sleep(5);
    }
  });

  it('is missing for as long as it is', async () => {
    const { url, heads } = await replica();
    const credentialsFile = await file('token', 'abc');
    const client = { authorization: { type: 'Bearer', credentialsFile } };
    const from = pools();
    await readOnce(from, url, client);
    await rm(credentialsFile);
    expect(await failureOf(readOnce(from, url, client))).toMatchObject({
      code: 'PG_UPSTREAM_SECRET',
      message: `replica prom-a:9090: authorization.credentials_file ${credentialsFile} cannot be read: no such file`,
    });
    await file('token', 'def');
    await readOnce(from, url, client);
    expect(heads.map((head) => headerOf(head, 'authorization')[0])).toEqual(['Bearer abc', 'Bearer def']);
  });

  it.each([['a\nsecret'], ['secret\u0000'], ['secret€']])('%j is nothing that a header can carry', async (content) => {
    const { url, heads } = await replica();
    const credentialsFile = await file('token', content);
    const read = readOnce(pools(), url, { authorization: { type: 'Bearer', credentialsFile } });
    const failure = await failureOf(read, ['secret']);
    expect(failure.code).toBe('PG_UPSTREAM_SECRET');
    expect(failure.message).toContain('authorization.credentials_file holds characters that a header cannot carry');
    expect(heads).toEqual([]);
  });

  it('of more than 1 MiB is refused', async () => {
    const { url } = await replica();
    const credentialsFile = await file('token', 'x'.repeat(1024 * 1024 + 1));
    const failure = await failureOf(readOnce(pools(), url, { authorization: { type: 'Bearer', credentialsFile } }));
    expect(failure.message).toContain('its 1048577 bytes exceed the limit of 1048576');
  });
});

describe('connections', () => {
  it('are shared by equal configurations, and by no others', async () => {
    const { url, accepted } = await replica();
    const from = pools();
    const client = (password: string) => ({ basicAuth: { username: 'u', password } });
    await readOnce(from, url, client('a'));
    await sleep(5);
    await readOnce(from, url, client('a'));
    expect(accepted()).toBe(1);
    await sleep(5);
    await readOnce(from, url, client('b'));
    expect(accepted()).toBe(2);
  });
});

describe('a replica that denies', () => {
  it.each([
    [
      { basicAuth: { username: 'u', password: 'hunter2' } },
      'it does not accept the credentials: check basic_auth of its shard',
    ],
    [
      { httpHeaders: { 'X-Key': { values: [], secrets: ['hunter2'], files: [] } } },
      'it does not accept the credentials: check http_headers of its shard',
    ],
    [
      { proxyFromEnvironment: true },
      'it wants credentials and none are configured: set basic_auth, authorization or oauth2 of its shard',
    ],
  ])('%j', async (client, reason) => {
    const { url, heads } = await replica(() => true);
    expect(await failureOf(readOnce(pools(), url, client), ['hunter2', 'no'.repeat(9)])).toMatchObject({
      code: 'PG_UPSTREAM_AUTH',
      message: `replica prom-a:9090: status 401: ${reason}`,
      details: { replica: 'prom-a:9090', status: 401 },
    });
    expect(heads).toHaveLength(1);
  });
});
