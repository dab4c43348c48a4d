/** A metric family as a replica presents it. One object per run of its lines, so that a change is seen by identity. */
export interface FamilyHead {
  /** Decoded. */
  readonly name: string;
  /** As in the TYPE line; `untyped` where there was none. */
  readonly type: string;
}

/** Where no line has come yet. */
export const noFamily: FamilyHead = { name: '', type: '' };

const compositeSuffixes: readonly string[] = ['', '_bucket', '_sum', '_count'];

/** Whether the family's lines have several metric names, so that they are not sorted by labels alone. */
export function isComposite(family: FamilyHead): boolean {
  return family.type === 'histogram' || family.type === 'summary';
}

/**
 * Whether `family` has to take the place of `other`, a family of the same name: a server that has floats and native histograms
 * under one name announces both, in turns.
 */
export function widens(family: FamilyHead, other: FamilyHead): boolean {
  return isComposite(family) && !isComposite(other);
}

/** Of the family's lines. */
export function metricNamesOf(family: FamilyHead): readonly string[] {
  return isComposite(family) ? compositeSuffixes.map((suffix) => family.name + suffix) : [family.name];
}

/** Whether a line of that metric name belongs to the family. */
export function includesMetric(family: FamilyHead, metricName: string): boolean {
  if (family.name === metricName) return true;
  if (!isComposite(family) || !metricName.startsWith(family.name)) return false;
  return compositeSuffixes.includes(metricName.slice(family.name.length));
}
