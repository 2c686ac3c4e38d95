import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from './temporary.ts';

/** What makes a copy of binaries usable. */
export interface Copied {
  /** Readies a copy for the place where it will be. */
  readonly ready: (copy: string, home: string) => void;
  /** Whether one that is in its place runs: cleaners of temporary directories leave half a copy. */
  readonly works: (home: string) => boolean;
}

/** Copies a folder of binaries to where every account can run it, once per version; returns the copy. */
export function cachedCopy(folder: string, version: string, { ready, works }: Copied): string {
  const uid = process.getuid?.() ?? 0;
  const cache = join(temporary, `pgseq-postgres-${version}-${process.platform}-${process.arch}-${uid}`);
  const there = lstatSync(cache, { throwIfNoEntry: false });
  if (there !== undefined) {
    // The name can be guessed and anybody may write to the temporary directory: run nothing that is not ours.
    if (!there.isDirectory() || there.uid !== uid)
      throw new Error(`${cache} is in the way and belongs to somebody else`);
    if (works(cache)) return cache;
    rmSync(cache, { recursive: true, force: true });
  }
  const partial = mkdtempSync(`${cache}.`);
  try {
    cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', partial]);
    ready(partial, cache);
    publish(partial, cache);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  if (!works(cache)) throw new Error(`the programs of ${folder} do not run, not even from ${cache}`);
  return cache;
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
