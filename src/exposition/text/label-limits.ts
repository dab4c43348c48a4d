/** What the labels of one line may be; `Infinity` for no limit. */
export interface LabelLimits {
  readonly maxLabels: number;
  /** Of one value, as it is written or decoded. */
  readonly maxLabelValueBytes: number;
}

export const noLabelLimits: LabelLimits = { maxLabels: Infinity, maxLabelValueBytes: Infinity };
