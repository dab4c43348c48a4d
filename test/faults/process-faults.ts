import type { Fault } from './fault.ts';
import { DIRECT_SHARD, type Stage } from './stage.ts';

type Role = 'leader' | 'follower';
const roles: readonly Role[] = ['leader', 'follower'];

function killed(role: Role): Fault {
  return { name: `kill-${role}`, what: `kill -9 of the ${role}, restart`, ...kill(role, { keepData: true }) };
}

function emptied(role: Role): Fault {
  const what = `kill -9 of the ${role}, restart with an empty data directory`;
  return { name: `empty-${role}`, what, ...kill(role, { keepData: false }) };
}

/** Kills a replica with SIGKILL, starts it again afterwards. */
function kill(role: Role, restart: { readonly keepData: boolean }): Omit<Fault, 'name' | 'what'> {
  return {
    kinds: ['connect', 'reset'],
    leavesHoles: true,
    async inject(stage) {
      const { victim, server } = await choose(stage, role);
      await server.process.kill9();
      return { victim, heal: () => server.restart(restart) };
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
