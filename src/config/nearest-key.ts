/** No key is longer, and the work grows with the length. */
const maxLength = 64;

/**
 * The candidate that `key` was probably meant to be: the same letters in another spelling (`scrapeTimeout`,
 * `scrape-timeout`), or at most a third of its letters mistaken; undefined where none is near.
 */
export function nearestKey(key: string, candidates: readonly string[]): string | undefined {
  const wanted = letters(key).slice(0, maxLength);
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, letters(candidate));
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

function letters(key: string): string {
  return key.toLowerCase().replaceAll(/[_\-\s]/g, '');
}

/** Levenshtein's distance, two neighbouring letters in the wrong order counting once. O(a.length * b.length). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cheapest = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      current.push(swapped ? Math.min(cheapest, before[j - 2]! + 1) : cheapest);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}
