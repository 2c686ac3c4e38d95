/** How many letters have to be inserted, deleted, replaced or swapped with their neighbour to turn one word into the
 * other (Damerau and Levenshtein). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replace = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      const swapped = line > 1 && column > 1 && a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
      const swap = swapped ? (before[column - 2] ?? 0) + 1 : replace;
      next.push(Math.min(replace, swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * The word of `known` that a typo most likely meant, `undefined` when none is near: at most a third of the letters may
 * differ. Case, hyphens and underscores do not count, so `sslMode` finds `sslmode`.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  let best: string | undefined;
  let least = Math.floor(word.length / 3) + 1;
  for (const candidate of known) {
    const far = distance(plain(word), plain(candidate));
    if (far < least) {
      best = candidate;
      least = far;
    }
  }
  return best;
}

/** `nearest` as a hint. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = nearest(word, known);
  return near === undefined ? undefined : `did you mean ${near}?`;
}
