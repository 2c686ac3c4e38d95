import { existsSync, readFileSync } from 'node:fs';

/** The text of a file that the package brings along, named from its root; null where this copy has none. */
export function packageFile(path: string): string | null {
  // Beside dist/ in the package, beside src/ in a checkout, and one further up where the tests are built
  const places = ['../../', '../../../'].map((root) => new URL(`${root}${path}`, import.meta.url));
  const file = places.find((place) => existsSync(place));
  return file === undefined ? null : readFileSync(file, 'utf8');
}
