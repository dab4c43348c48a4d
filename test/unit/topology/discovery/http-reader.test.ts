import { describe, expect, it } from 'vitest';
import { createHttpReader, type FetchDocument } from '../../../../src/topology/discovery/http-reader.ts';

const never = new AbortController().signal;
const source = { kind: 'http', url: 'http://sd.example.net/targets?token=hunter2', refreshIntervalMs: 60_000 } as const;

type Answer = Partial<Awaited<ReturnType<FetchDocument>>>;

function read(answer: Answer): Promise<unknown> {
  const reader = createHttpReader(source, async () => ({
    status: 200,
    contentType: 'application/json',
    text: '[]',
    ...answer,
  }));
  return reader.read('', never);
}

describe('http_sd_configs', () => {
  it('asks as Prometheus does, within limits', async () => {
    const asked: Parameters<FetchDocument>[] = [];
    const fetchDocument: FetchDocument = async (...args) => {
      asked.push(args);
      return { status: 200, contentType: 'application/json', text: '[{"targets": ["a:1"], "labels": {"shard": "x"}}]' };
    };
    const reader = createHttpReader(source, fetchDocument);
    expect(await reader.read('', never)).toEqual([{ address: 'a:1', labels: { shard: 'x' } }]);
    expect(asked).toEqual([
      [
        source,
        {
          headers: { accept: 'application/json', 'x-prometheus-refresh-interval-seconds': '60' },
          maxBytes: 16 * 1024 * 1024,
          timeoutMs: 30_000,
          signal: never,
        },
      ],
    ]);
  });

  it('shows its URL without what may be a secret', async () => {
    const reader = createHttpReader(source, () => Promise.reject(new Error('unused')));
    expect(await reader.parts()).toEqual(['http://sd.example.net/targets']);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="utf-8"'])('takes %s', async (contentType) => {
    expect(await read({ contentType })).toEqual([]);
  });

  it.each<[Answer, string]>([
    [{ status: 503, text: 'not now' }, 'status 503'],
    [{ status: 204 }, 'status 204'],
    [{ status: 302 }, 'status 302, a redirect, is not followed: give the final URL'],
    [{ contentType: 'text/html' }, 'content type "text/html" where application/json is expected'],
    [{ contentType: '' }, 'no content type where application/json is expected'],
    [{ text: '' }, 'empty: a list without targets is written []'],
    [{ text: '{}' }, 'expected a list of groups of targets, got a mapping'],
  ])('refuses %j', async (answer, message) => {
    await expect(read(answer)).rejects.toThrow(message);
  });
});
