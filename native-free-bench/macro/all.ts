import { runBenches } from '../lib/run-bench.ts';
import { benchClients } from './clients.ts';
import { checkExactAnswers } from './exact-answers.ts';
import { benchReal } from './real.ts';
import { benchReplay } from './replay.ts';

// Right before fast: the exact comparison comes first and throws.
await runBenches([checkExactAnswers, benchReplay, benchReal, benchClients]);
