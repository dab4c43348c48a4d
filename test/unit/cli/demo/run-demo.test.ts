import { expect, it } from 'vitest';
import { runDemo } from '../../../../src/cli/demo/run-demo.ts';

it('starts the gateway with the configuration of a live fleet and prints what to try', async () => {
  let printed = '';
  let fleetAnswers = false;
  let closed = false;
  const demo = await runDemo({
    async startGateway(configYaml) {
      const target = /targets: \['([^']+)'/.exec(configYaml)![1];
      fleetAnswers = (await fetch(`http://${target}/-/ready`)).ok;
      return { url: 'http://127.0.0.1:9490', close: async () => void (closed = true) };
    },
    write: (text) => (printed += text),
  });
  expect(fleetAnswers).toBe(true);
  expect(printed).toContain('SIMULATED');
  expect(printed).toContain(`curl -sG http://127.0.0.1:9490/federate --data-urlencode 'match[]={__name__=~"job:.*"}'`);
  const control = /fleet control\s+(\S+)/.exec(printed)![1]!;
  expect(printed).toContain(`curl -X POST ${control}/kill/slave-0a\n`);
  expect((await fetch(control)).status).toBe(200);
  await demo.close();
  expect(closed).toBe(true);
  await expect(fetch(control)).rejects.toThrow();
});

it('ends the fleet when the gateway does not start', async () => {
  let target = '';
  const failing = runDemo({
    async startGateway(configYaml) {
      target = /targets: \['([^']+)'/.exec(configYaml)![1]!;
      throw new Error('port taken');
    },
    write: () => undefined,
  });
  await expect(failing).rejects.toThrow('port taken');
  await expect(fetch(`http://${target}/-/ready`)).rejects.toThrow();
});
