import { escapeName, isLegacyName, type EscapingScheme } from '../../exposition/escaping.ts';
import { formatTextFloat } from '../../exposition/format-float.ts';
import { escapeLabelValue } from '../../exposition/label-escape.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { toLabelSet, type LabelSet } from '../../model/label-set.ts';
import type { RuleOutput } from './rule-result.ts';

export interface RuleOutputEncoderOptions {
  /** `global.external_labels`: added where the group lacks them. */
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly escaping: EscapingScheme;
}

export type LabelledValue = Pick<RuleOutput, 'name' | 'labels' | 'value'>;

/** Writes job-level samples as Prometheus would write them on `/federate`, but without a timestamp. */
export interface RuleOutputEncoder {
  /**
   * One exposition line, LF included: the group's labels in order, then, in name order, the external labels that it
   * lacks, with `instance=""` among them where nothing else gives an `instance`. @see spec §1.4
   */
  encode(output: LabelledValue): string;
  /** The label set that the line stands for when it is parsed again: external labels are in it, empty ones are not. */
  leavingLabels(output: Pick<RuleOutput, 'labels'>): LabelSet;
}

export function createRuleOutputEncoder({ externalLabels, escaping }: RuleOutputEncoderOptions): RuleOutputEncoder {
  // An empty `instance` stops the scraper from attaching its own under honor_labels.
  const appended = Object.entries({ instance: '', ...externalLabels })
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([name, value]) => ({ name, value, text: pairText(name, value, escaping) }));

  return {
    encode({ name, labels, value }) {
      const pairs: string[] = [];
      for (let i = 0; i < labels.length; i += 2) pairs.push(pairText(labels[i]!, labels[i + 1]!, escaping));
      for (const external of appended) {
        if (!hasLabel(labels, external.name)) pairs.push(external.text);
      }
      return `${withLabels(escapeName(name, escaping), pairs)} ${formatTextFloat(value)}\n`;
    },
    leavingLabels({ labels }) {
      const lacking = appended.filter(({ name }) => !hasLabel(labels, name));
      const own: [string, string][] = [];
      for (let i = 0; i < labels.length; i += 2) own.push([labels[i]!, labels[i + 1]!]);
      return toLabelSet([...own, ...lacking.map(({ name, value }): [string, string] => [name, value])]);
    },
  };
}

function pairText(name: string, value: string, escaping: EscapingScheme): string {
  return `${quoteUnlessLegacy(escapeName(name, escaping))}="${escapeLabelValue(value)}"`;
}

/** A name that is not legacy stands first inside the braces. */
function withLabels(name: string, pairs: readonly string[]): string {
  if (isLegacyName(name)) return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
  return `{${[quoteUnlessLegacy(name), ...pairs].join(',')}}`;
}

function quoteUnlessLegacy(name: string): string {
  return isLegacyName(name) ? name : `"${escapeLabelValue(name)}"`;
}

function hasLabel(labels: LabelSet, name: string): boolean {
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === name) return true;
  }
  return false;
}
