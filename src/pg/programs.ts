import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../problem.ts';

/** A client program of PostgreSQL. */
export interface Program {
  readonly path: string;
  /** As it prints it: 15.18. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
}

export type ProgramName = 'psql' | 'pg_restore';

/** Where packages put the programs of each major, beside the PATH: Debian's, the PostgreSQL project's for Red Hat, Homebrew's. */
const versioned = [
  { parent: '/usr/lib/postgresql', name: /^\d+$/ },
  { parent: '/usr', name: /^pgsql-\d+$/ },
  { parent: '/opt/homebrew/opt', name: /^(?:postgresql@\d+|libpq)$/ },
  { parent: '/usr/local/opt', name: /^(?:postgresql@\d+|libpq)$/ },
] as const;

/**
 * Every program of this name that can be found and run, the versioned ones first: Debian's in /usr/bin is a wrapper around one of
 * them. With `binDir` only the one there. Throws a Problem where there is none.
 */
export async function findPrograms(
  name: ProgramName,
  { binDir, path }: { readonly binDir: string | undefined; readonly path: string | undefined },
): Promise<Program[]> {
  const directories =
    binDir === undefined ? [...(await versionedDirectories()), ...(path ?? '').split(delimiter)] : [binDir];
  const found = await Promise.all(directories.filter((one) => one !== '').map((one) => programAt(join(one, name))));
  const programs = found.filter((one) => one !== null);
  if (programs.length > 0) return programs;
  throw new Problem(binDir === undefined ? `${name} was not found` : `there is no ${name} in ${binDir}`, {
    hint: 'install the client programs of PostgreSQL (Debian and Ubuntu: postgresql-client), or give their directory: --bin-dir',
  });
}

async function versionedDirectories(): Promise<string[]> {
  const all = versioned.map(async ({ parent, name }) => {
    const names = await readdir(parent).catch(() => []);
    return names.filter((one) => name.test(one)).map((one) => join(parent, one, 'bin'));
  });
  return (await Promise.all(all)).flat();
}

async function programAt(path: string): Promise<Program | null> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await promisify(execFile)(path, ['--version']);
    const [, version = '', major = '', minor = '0'] = /\) ((\d+)(?:\.(\d+))?\S*)/.exec(stdout) ?? [];
    return major === '' ? null : { path, version, major: Number(major), minor: Number(minor) };
  } catch {
    return null; // not there, or not to be run
  }
}

/** What a program has to be able to do. */
export interface Demand {
  readonly name: ProgramName;
  readonly suits: (program: Program) => boolean;
  /** The major of the server, whose own program knows it best; null where there is no server. */
  readonly server: number | null;
  /** Why none suits, to say so. */
  readonly unless: string;
  readonly hint: string;
}

/**
 * Of those that suit, the program of the server's own major, else the next newer one, else the newest. Pure. Throws a Problem
 * where none suits.
 */
export function chooseProgram(programs: readonly Program[], { name, suits, server, unless, hint }: Demand): Program {
  const suitable = programs.filter(suits).toSorted((a, b) => a.major - b.major || a.minor - b.minor);
  const newest = suitable.at(-1);
  if (newest === undefined) {
    const found = [...new Set(programs.map(({ path, version }) => `${version} (${path})`))].join(', ');
    throw new Problem(`${unless}; found ${name} ${found}`, { hint });
  }
  const wanted = suitable.find(({ major }) => server !== null && major >= server)?.major ?? newest.major;
  return suitable.findLast(({ major }) => major === wanted) ?? newest;
}
