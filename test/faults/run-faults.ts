import { setTimeout as sleep } from 'node:timers/promises';
import { startClient } from './client.ts';
import type { FaultGroup } from './faults.ts';
import { columns, type Row } from './row.ts';
import { runFault, type RunOptions } from './run-fault.ts';
import { type StageOptions, startStage } from './stage.ts';

export interface FaultRun extends RunOptions {
  readonly stage: StageOptions;
  readonly groups: readonly FaultGroup[];
  /** Told of each row as soon as it is there. */
  readonly onRow: (row: Row) => void;
}

/** Long enough to know what is usual. */
const CALM_BEFORE_MS = 8000;

/** Plays all faults one after the other. Each group has a stage of its own. */
export async function runFaults({ stage: options, groups, faultMs, onRow }: FaultRun): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { faults, change } of groups) {
    const stage = await startStage(options, change);
    const client = startClient(stage.view.gateway.url);
    try {
      await sleep(CALM_BEFORE_MS);
      for (const fault of faults) {
        const reason = fault.unavailable?.();
        const row =
          reason === undefined ? await runFault(stage, client, fault, { faultMs }) : skipped(fault.name, reason);
        rows.push(row);
        onRow(row);
      }
    } finally {
      await client.stop();
      await stage.close();
    }
  }
  return rows;
}

function skipped(name: string, reason: string): Row {
  return { name, problems: [], cells: [`\`${name}\`: skipped: ${reason}`, ...columns.slice(1).map(() => '–')] };
}
