import { expect, inject, it } from 'vitest';
import { describeReal } from '../../servers/describe-real.ts';
import { answer, startFakeReplica } from '../../servers/fault/fake-replica.ts';
import { eventually } from '../../servers/topology/eventually.ts';
import { rejectedSamples, startGlobalPrometheus } from '../../servers/topology/global-prometheus.ts';

describeReal('the global Prometheus', ['prometheus'], ({ prometheus }) => {
  it('tells of samples that it rejects', async () => {
    const now = Date.now();
    let reads = 0;
    const upstream = await startFakeReplica({}, (response) => {
      reads++;
      // A series that goes back in time, and one whose sample changes its value.
      answer(`backwards 1 ${now - reads * 1000}\nchanging ${reads} ${now}\n`)(response);
    });
    const options = { binary: prometheus, runDirectory: inject('runDirectory'), match: ['{__name__!=""}'] };
    const global = await startGlobalPrometheus({ ...options, gateway: upstream.address });
    await eventually(async () => {
      const { duplicate, outOfOrder, lines } = await rejectedSamples(global);
      expect(duplicate).toBeGreaterThan(0);
      expect(outOfOrder).toBeGreaterThan(0);
      expect(lines.length).toBeGreaterThan(1);
    });
    await global.close();
    await upstream.close();
  });
});
