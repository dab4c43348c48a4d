import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { decodeMetricName } from './compare-lines.ts';
import { type FamilyHead, includesMetric, noFamily, widens } from './family-head.ts';

/** Which family each line of a stream belongs to, by the TYPE lines before it and by its name. */
export class StreamFamilies {
  /** That of the last line; one object as long as the lines are of one family. */
  current: FamilyHead = noFamily;
  /** Whether a line came that no TYPE line announced. */
  lacksTypes = false;
  /** What the last TYPE line said. */
  #announced: FamilyHead = noFamily;
  /** Whether a TYPE line stood between the last line and the next one. */
  #isAnnounced = false;
  #hasLine = false;

  get isAnnounced(): boolean {
    return this.#isAnnounced;
  }

  announce(head: FamilyHead): void {
    this.#announced = head;
    this.#isAnnounced = true;
  }

  /** The next line may be of any family. */
  announceAgain(): void {
    this.#isAnnounced = true;
  }

  /** Whether the next line can be of a family that is not composite; `isInFamily`: whether the last one is. */
  mayBeIn(family: FamilyHead, isInFamily: boolean): boolean {
    return this.#isAnnounced ? this.#announced.name === family.name : isInFamily;
  }

  /** A line of the family that the TYPE line before it announced. */
  enterAnnounced(): void {
    if (this.#isAnnounced) this.#enter(this.#announced.name);
  }

  /** `last`: the line before `next`; `shared`: bytes that are known to be equal in both. */
  enter(next: SampleLine, last: SampleLine, shared: number): void {
    const isKnown = shared > next.nameEnd - next.start || (this.#hasLine && isSameMetric(last, next));
    if (this.#isAnnounced || !isKnown) this.#enter(this.#metricNameOf(next));
  }

  #enter(metricName: string): void {
    this.#isAnnounced = false;
    this.#hasLine = true;
    const announced = this.#announced;
    const isKnown = includesMetric(announced, metricName);
    const name = isKnown ? announced.name : metricName;
    if (!isKnown) this.lacksTypes = true;
    if (name === this.current.name && !(isKnown && widens(announced, this.current))) return;
    this.current = isKnown ? announced : { name, type: 'untyped' };
  }

  /** Decodes the name only where it is not the announced one. */
  #metricNameOf(line: SampleLine): string {
    const { name } = this.#announced;
    const { bytes, start, nameEnd } = line;
    if (line.hasQuotedName || nameEnd - start !== name.length) return decodeMetricName(line);
    for (let i = 0; i < name.length; i++) {
      if (name.charCodeAt(i) !== bytes[start + i]) return decodeMetricName(line);
    }
    return name;
  }
}

function isSameMetric(a: SampleLine, b: SampleLine): boolean {
  const length = a.nameEnd - a.start;
  if (b.nameEnd - b.start !== length || a.hasQuotedName !== b.hasQuotedName) return false;
  for (let i = 0; i < length; i++) {
    if (a.bytes[a.start + i] !== b.bytes[b.start + i]) return false;
  }
  return true;
}
