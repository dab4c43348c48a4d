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

/** Injects a fault, lets it last, heals it, waits until replicas are read without errors again, and judges all of it. */
export async function runFault(stage: Stage, client: Client, fault: Fault, { faultMs }: RunOptions): Promise<Row> {
  const beginning = await begin(stage, client);
  const { victim, heal } = await fault.inject(stage);
  await sleep(faultMs);
  await heal();
  const healedMs = Date.now();
  await recovered(stage);
  const row = toRow(fault, await measure(stage, client, beginning, victim));
  const tookMs = Date.now() - healedMs;
  // The next fault needs a calm past to compare with.
  await sleep(Math.max(0, CALM_AFTER_MS + 3000 - tookMs));
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
