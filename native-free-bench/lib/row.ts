/** One line of the printed table. */
export interface Row {
  readonly what: string;
  /** What design asks for, as text; absent for a figure that is only reported. */
  readonly must?: string;
  readonly aim?: string;
  readonly measured: string;
  /** Undefined when nothing is asked for. */
  readonly ok?: boolean;
}

export interface Bound {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly digits?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly aim?: string;
  /** Printed after the figure. */
  readonly note?: string;
}

/** A row with one bound. A value that is not a number meets none: a figure that could not be read is a missed one. */
export function boundRow(bound: Bound): Row {
  const { what, value, unit, digits = 2, atLeast, atMost, aim, note } = bound;
  const amount = (number: number): string => `${number.toFixed(digits)} ${unit}`.trimEnd();
  const must = atLeast === undefined ? atMost : atLeast;
  return {
    what,
    ...(must === undefined ? {} : { must: `${atLeast === undefined ? '≤' : '≥'} ${amount(must)}` }),
    ...(aim === undefined ? {} : { aim }),
    measured: note === undefined ? amount(value) : `${amount(value)} (${note})`,
    ...(must === undefined ? {} : { ok: atLeast === undefined ? value <= must : value >= must }),
  };
}

/** The same rows without their gates: what a short run on small data can honestly say about speed is nothing. */
export function withoutGates(rows: readonly Row[]): Row[] {
  return rows.map(({ what, measured, aim, must }) => ({
    what,
    measured,
    ...(aim === undefined ? {} : { aim }),
    ...(must === undefined ? {} : { must }),
  }));
}

/** The table as Markdown, so that it can be put into the README as it is. */
export function formatRows(rows: readonly Row[]): string {
  const verdict = (row: Row): string => (row.ok === undefined ? '' : row.ok ? 'yes' : 'NO');
  const cells = [
    ['what', 'must', 'aim', 'measured', 'ok'],
    ...rows.map((row) => [row.what, row.must ?? '', row.aim ?? '', row.measured, verdict(row)]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
