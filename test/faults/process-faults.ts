import type { Fault } from './fault.ts';
import { DIRECT_SHARD, type Stage } from './stage.ts';

type Role = 'leader' | 'follower';
const roles: readonly Role[] = ['leader', 'follower'];

/** Kills a replica with SIGKILL, starts it again afterwards. */
function killed(role: Role): Fault {
  return {
    name: `kill-${role}`,
    what: `kill -9 of the ${role}, restart`,
    kinds: ['connect', 'reset'],
    leavesHoles: true,
    async inject(stage) {
      const { victim, server } = await choose(stage, role);
      await server.process.kill9();
      return { victim, heal: () => server.restart({ keepData: true }) };
    },
  };
}

/** Kills a replica, which comes back without its data. */
function emptied(role: Role): Fault {
  return {
    name: `empty-${role}`,
    what: `kill -9 of the ${role}, restart with an empty data directory`,
    kinds: ['connect', 'reset'],
    leavesHoles: true,
    async inject(stage) {
      const { victim, server } = await choose(stage, role);
      await server.process.kill9();
      return { victim, heal: () => server.restart({ keepData: false }) };
    },
  };
}

function frozen(role: Role): Fault {
  return {
    name: `stop-${role}`,
    what: `SIGSTOP of the ${role}, SIGCONT`,
    kinds: ['slow', 'timeout'],
    leavesHoles: true,
    async inject(stage) {
      const { victim, server } = await choose(stage, role);
      server.process.stop();
      return { victim, heal: async () => server.process.cont() };
    },
  };
}

async function choose(stage: Stage, role: Role) {
  const victim = await stage.find(DIRECT_SHARD, role);
  return { victim, server: stage.serverOf(victim) };
}

export const processFaults: readonly Fault[] = [killed, emptied, frozen].flatMap((make) => roles.map(make));
