import { expect, inject, it } from 'vitest';
import { freshSeed } from '../fuzz/engine/seed.ts';
import { describeReal } from '../servers/describe-real.ts';
import { describeSoak } from '../soak/report.ts';
import { runSoak } from '../soak/run-soak.ts';

const SECONDS = 20;
/** Memory is flat after two minutes and more, which is what `npm run soak` shows. */
const MEMORY_MB = 800;

describeReal('a soak', ['prometheus'], ({ prometheus }) => {
  it('of twenty seconds ends without an error of a client, a leak of descriptors or a log line of a bug', async () => {
    const seed = freshSeed();
    const result = await runSoak({ binary: prometheus, runDirectory: inject('runDirectory'), seconds: SECONDS, seed });
    const report = [`seed ${seed}`, ...describeSoak(result).lines].join('\n');
    for (const { errors, timeouts, non2xx, requests } of [result.federate, result.queries]) {
      expect({ errors, timeouts, non2xx }, report).toEqual({ errors: 0, timeouts: 0, non2xx: 0 });
      expect(requests.total, report).toBeGreaterThan(10);
    }
    expect(result.samples.length, report).toBeGreaterThan(SECONDS / 2);
    expect(Math.max(...result.samples.map(({ residentMb }) => residentMb)), report).toBeLessThan(MEMORY_MB);
    // The main thread and those of federation answer in any case.
    for (const readings of result.live) expect(readings.size, report).toBeGreaterThanOrEqual(3);
    expect(result.growth.fds, report).toBeLessThanOrEqual(result.growth.allowed.fds + 30);
    expect(result.logs, report).not.toMatch(/PG_INTERNAL|unhandled|uncaught/i);
  });
});
