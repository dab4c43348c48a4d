import type { Cells, StateKind } from './float-aggregation.ts';
import { resizeColumn } from './resize-column.ts';
import { stateIdentity } from './state-identity.ts';

/** The states of one stream's contributions, by slot. */
export interface StateColumn {
  /** Makes room for slots less than `slots`. */
  reserve(slots: number): void;
  /** Copies `states[start]` up to `states[end - 1]` into a slot. */
  set(slot: number, states: Float64Array, start: number, end: number): void;
  /** What holds the state of a slot, from {@link StateColumn.at} on; where states vary in length, nothing else. */
  cells(slot: number): Cells;
  at(slot: number): number;
  clear(slot: number): void;
}

export function createStateColumn(kind: StateKind): StateColumn {
  return kind === 'buckets' ? createListColumn() : createFixedColumn(stateIdentity(kind).length);
}

function createFixedColumn(width: number): StateColumn {
  let cells = new Float64Array(0);
  return {
    reserve(slots) {
      if (slots * width > cells.length) cells = resizeColumn(cells, slots * width);
    },
    set(slot, states, start) {
      const at = slot * width;
      for (let i = 0; i < width; i++) cells[at + i] = states[start + i]!;
    },
    cells: () => cells,
    at: (slot) => slot * width,
    clear() {},
  };
}

/** An array per slot: summed buckets are long, and some histograms have more of them than others. */
function createListColumn(): StateColumn {
  const lists: number[][] = [];
  return {
    reserve() {},
    set(slot, states, start, end) {
      lists[slot] ??= [];
      const list = lists[slot];
      list.length = Math.min(list.length, end - start);
      for (let i = start; i < end; i++) list[i - start] = states[i]!;
    },
    cells: (slot) => lists[slot]!,
    at: () => 0,
    clear(slot) {
      lists[slot] = [];
    },
  };
}
