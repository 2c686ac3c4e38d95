import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from './temporary.ts';

/**
 * Copies a package of binaries to where every account can run it, once per version; returns the copy's directory of
 * programs. `works` readies a copy and tells whether it runs: cleaners of temporary directories leave half a copy.
 */
export function cachedCopy(folder: string, works: (copy: string) => boolean): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const uid = process.getuid?.() ?? 0;
  const cache = join(temporary, `pgseq-postgres-${version}-${process.platform}-${process.arch}-${uid}`);
  const there = lstatSync(cache, { throwIfNoEntry: false });
  if (there !== undefined) {
    // The name can be guessed and anybody may write to the temporary directory: run nothing that is not ours.
    if (!there.isDirectory() || there.uid !== uid)
      throw new Error(`${cache} is in the way and belongs to somebody else`);
    if (works(cache)) return join(cache, 'native', 'bin');
    rmSync(cache, { recursive: true, force: true });
  }
  const partial = mkdtempSync(`${cache}.`);
  try {
    cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', partial]);
    if (!works(partial)) throw new Error(`the programs of ${folder} do not run, not even from ${partial}`);
    publish(partial, cache);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return join(cache, 'native', 'bin');
}

/** One rename: another process sees the whole copy or none. */
function publish(partial: string, cache: string): void {
  try {
    renameSync(partial, cache);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process was first with the same copy.
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
