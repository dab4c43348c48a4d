import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Fault } from './fault.ts';
import { begin, measure } from './measure.ts';
import { type Row, toRow } from './row.ts';
import type { Stage } from './stage.ts';
import { readUpstreamErrors, total } from './upstream-errors.ts';

export interface RunOptions {
  /** How long a fault lasts. */
  readonly faultMs: number;
}

/** Watched after the last error. */
const CALM_AFTER_MS = 3000;
const RECOVERY_LIMIT_MS = 30_000;
/** Calm past that the next fault is compared with. */
const CALM_BEFORE_MS = 3000;
/** What rules compute over ten seconds is whole again. */
const HOLES_MS = 13_000;
/** Later than this, the machine had no time for the runner, which serves the targets, too: times mean nothing then. */
const DISTURBED_MS = 250;
const MAX_ATTEMPTS = 3;

/** Plays a fault and judges it; again where the machine was too busy with something else, and a promise seemed broken. */
export async function runFault(stage: Stage, client: Client, fault: Fault, options: RunOptions): Promise<Row> {
  for (let attempt = 1; ; attempt++) {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const row = await playFault(stage, client, fault, options);
    delay.disable();
    const wasLate = delay.max / 1e6 > DISTURBED_MS;
    if (row.problems.length === 0 || !wasLate || attempt === MAX_ATTEMPTS) return row;
    console.error(`${fault.name}: once more, the runner itself was held up for ${Math.round(delay.max / 1e6)} ms`);
  }
}

/** Injects a fault, lets it last, heals it, waits until replicas are read without errors again, and judges all of it. */
async function playFault(stage: Stage, client: Client, fault: Fault, { faultMs }: RunOptions): Promise<Row> {
  const beginning = await begin(stage, client);
  const { victim, heal } = await fault.inject(stage);
  await sleep(faultMs);
  await heal();
  const healedMs = Date.now();
  await recovered(stage);
  const row = toRow(fault, await measure(stage, client, beginning, victim));
  const restMs = fault.leavesHoles ? HOLES_MS : CALM_AFTER_MS + CALM_BEFORE_MS;
  await sleep(Math.max(0, healedMs + restMs - Date.now()));
  return row;
}

async function recovered({ view }: Stage): Promise<void> {
  const deadline = Date.now() + RECOVERY_LIMIT_MS;
  let errors = -1;
  for (let calmMs = 0; calmMs < CALM_AFTER_MS && Date.now() < deadline; calmMs += 500) {
    const now = total(readUpstreamErrors(await view.gateway.metrics(), (labels) => !labels.includes('kind="closed"')));
    if (now !== errors) calmMs = 0;
    errors = now;
    await sleep(500);
  }
}
