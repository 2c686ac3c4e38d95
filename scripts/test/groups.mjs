import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takesLong } from './kinds.mjs';

const together = new URL('together.mjs', import.meta.url).href;

/**
 * Puts compiled test files together so that one process runs several: starting one and loading the program costs as much CPU as many a
 * file's tests. Writes a module for each group into a directory, and returns a map from their paths to their files.
 * Names are in the order to start them: what takes long comes first.
 */
export function grouped(files, filesPerGroup, directory) {
  mkdirSync(directory, { recursive: true });
  const long = files.filter(takesLong);
  const hooked = files.filter((file) => !takesLong(file) && hasHooks(file));
  const others = files.filter((file) => !takesLong(file) && !hasHooks(file));
  const count = Math.ceil(others.length / filesPerGroup);
  // Every count-th file: neighbours in a folder take alike long
  const mixed = Array.from({ length: count }, (_, index) => others.filter((_, place) => place % count === index));
  const alone = (file) => [file];
  const groups = [...long.map(alone), ...mixed, ...hooked.map(alone)].map((members, index) => {
    const path = join(directory, `${String(index).padStart(3, '0')}.mjs`);
    writeFileSync(
      path,
      `import { runTogether } from ${JSON.stringify(together)};\nawait runTogether(${JSON.stringify(members)});\n`,
    );
    return [path, members];
  });
  return new Map(groups);
}

/** Whether a compiled file has hooks around its tests that would be around those of others too. */
function hasHooks(file) {
  return /^(?:before|beforeEach|afterEach)\(/m.test(readFileSync(file, 'utf8'));
}
