import assert from 'node:assert/strict';
import { readExposition, seriesKey } from '../../test/servers/exposition/read-exposition.ts';
import { federateUrl } from './curl.ts';

/**
 * Compares the gateway's answer with what the replicas of its only shard hold: the same set of series once the replica
 * label is gone, and no sample that no replica has. The replicas are read before and after, as a scrape may fall between.
 */
export async function assertUnion(
  gatewayUrl: string,
  replicaUrls: readonly string[],
  selector: string,
): Promise<number> {
  const known = new Map<string, Set<string>>();
  const learn = async (): Promise<void> => {
    for (const url of replicaUrls) await addSamples(known, url, selector);
  };
  await learn();
  const answer = new Map<string, Set<string>>();
  const lines = await addSamples(answer, gatewayUrl, selector);
  await learn();
  const own = [...answer.keys()].filter((key) => key.includes('"promgate_federate_shard_up"'));
  for (const key of own) answer.delete(key);
  assert.equal(lines - own.length, answer.size, 'a series was given twice');
  assert.deepEqual(firstMissing(known, answer), [], 'series of a replica that the gateway does not give');
  for (const [key, samples] of answer) {
    for (const sample of samples) assert.ok(known.get(key)?.has(sample), `${key}: no replica has ${sample}`);
  }
  return answer.size;
}

async function addSamples(into: Map<string, Set<string>>, url: string, selector: string): Promise<number> {
  const response = await fetch(federateUrl(url, [selector]));
  const body = await response.text();
  assert.equal(response.status, 200, body.slice(0, 500));
  const { samples } = readExposition(body);
  for (const { name, labels, value, timestamp } of samples) {
    const { replica: _, ...kept } = labels;
    const key = seriesKey(name, kept);
    const known = into.get(key) ?? new Set();
    into.set(key, known.add(`${value} ${timestamp}`));
  }
  return samples.length;
}

function firstMissing(of: ReadonlyMap<string, unknown>, inside: ReadonlyMap<string, unknown>): string[] {
  return [...of.keys()].filter((key) => !inside.has(key)).slice(0, 5);
}
