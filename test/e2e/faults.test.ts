import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Client, startClient } from '../faults/client.ts';
import { faultGroups } from '../faults/faults.ts';
import { runFault } from '../faults/run-fault.ts';
import { type Stage, startStage } from '../faults/stage.ts';
import { describeReal } from '../servers/describe-real.ts';

/** The short form of `npm run test:faults`: one of each kind that other tests do not play, for a short time. */
const names = ['slow-drip', 'reset-headers'];
const FAULT_MS = 2500;

describeReal('two global servers in front of a fleet', ['prometheus'], ({ prometheus }) => {
  let stage: Stage;
  let client: Client;

  beforeAll(async () => {
    stage = await startStage({ binary: prometheus, runDirectory: inject('runDirectory') });
    client = startClient(stage.view.gateway.url);
  });
  afterAll(async () => {
    await client?.stop();
    await stage?.close();
  });

  it.each(names)('see nothing of: %s', async (name) => {
    const fault = faultGroups.flatMap(({ faults }) => faults).find((one) => one.name === name)!;
    const { problems } = await runFault(stage, client, fault, { faultMs: FAULT_MS });
    expect(problems).toEqual([]);
  });
});
