import type { RawGlobal } from '../raw-config.ts';
import { childPointer } from '../source/pointer.ts';
import type { CheckContext, Placed } from './check-context.ts';

/** Reports `global.external_labels` that contradict `global.replica_labels`, or that look like more than plain text. */
export function checkExternalLabels(
  { value, pointer }: Placed<RawGlobal>,
  { replicaLabels, findings }: CheckContext,
): void {
  const labels = childPointer(pointer, 'external_labels');
  for (const [name, text] of Object.entries(value.external_labels)) {
    const at = childPointer(labels, name);
    if (replicaLabels.includes(name)) {
      findings.error(at, `${JSON.stringify(name)} is a replica label (global.replica_labels): it never leaves`, {
        part: 'key',
      });
    }
    if (/\$\{?[A-Za-z_]/.test(text)) {
      findings.warning(at, 'taken as it is written: unlike Prometheus, promgate does not expand environment variables');
    }
  }
}
