import { before, describe } from 'node:test';
import { accountFor } from './account.mjs';
import { sourceOf } from './build.mjs';

/**
 * Runs several compiled test files in this process, one after another. After the tests of each the runner hears of an empty suite with
 * its name: nothing else says which file a test is from.
 */
export async function runTogether(files) {
  for (const file of files) {
    // Helpers ask whose tests they are registering
    process.argv[1] = file;
    await import(file);
    describe(sourceOf(file), () => before(() => accountFor(file)));
  }
}
