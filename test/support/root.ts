import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, seen from `build/test/support/`. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url));

/** A file of the checkout; tests run from `build/`, where only what the compiler wrote is found beside them. */
export function fromRoot(...path: string[]): string {
  return join(root, ...path);
}
