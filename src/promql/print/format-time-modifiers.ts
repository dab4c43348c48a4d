import type { DurationExpr, TimeModifiers } from '../ast/ast.ts';
import { formatDuration } from './format-duration.ts';
import { formatNumber } from './format-number.ts';

/** What stands in brackets; a number of seconds on its own becomes a duration. */
export function formatRange(duration: DurationExpr): string {
  return duration.kind === 'duration' ? formatDuration(duration.ms) : formatDurationExpr(duration);
}

/** ` @ …` and ` offset …`, each with the blank before it; nothing for an offset of zero. */
export function formatTimeModifiers({ at, offset }: TimeModifiers): string {
  let text = '';
  if (at?.kind === 'time') text += ` @ ${formatSeconds(at.timestampMs)}`;
  else if (at !== undefined) text += ` @ ${at.kind}()`;
  if (offset === undefined || (offset.kind === 'duration' && offset.ms === 0)) return text;
  return `${text} offset ${formatRange(offset)}`;
}

/** Three decimals; digits that a double cannot hold are those of its exact value. */
function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function formatDurationExpr(duration: DurationExpr): string {
  switch (duration.kind) {
    case 'duration':
      return duration.seconds === undefined ? formatDuration(duration.ms) : formatNumber(duration.seconds);
    case 'duration-step':
      return 'step()';
    case 'duration-paren':
      return `(${formatDurationExpr(duration.inner)})`;
    case 'duration-unary':
      return `${duration.operator}${formatDurationExpr(duration.operand)}`;
    case 'duration-binary': {
      const left = formatDurationExpr(duration.left);
      const right = formatDurationExpr(duration.right);
      if (duration.operator === 'min' || duration.operator === 'max') return `${duration.operator}(${left}, ${right})`;
      return `${left} ${duration.operator} ${right}`;
    }
  }
}
