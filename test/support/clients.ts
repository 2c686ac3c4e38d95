import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { fromRoot } from './root.ts';

/** The client programs of one PostgreSQL. */
export interface Clients {
  readonly major: number;
  readonly binDir: string;
  /** Runs one of them on a database as the superuser; returns what it prints. Throws when it fails. */
  run(program: 'psql' | 'pg_dump' | 'pg_restore', args: readonly string[], input?: string): string;
}

/** Where client programs may be: those of test/clients/install, and Debian's. */
function directories(): { readonly major: number; readonly binDir: string }[] {
  const unpacked = ['17', '18', '19'].map((major) => fromRoot('test', 'clients', major, 'usr', 'lib', 'postgresql'));
  return ['/usr/lib/postgresql', ...unpacked].flatMap((parent) =>
    existsSync(parent)
      ? readdirSync(parent).map((name) => ({ major: Number(name), binDir: join(parent, name, 'bin') }))
      : [],
  );
}

/** Those of this major, else the next newer ones: pg_dump reads older servers. Undefined where there are none. */
export function clientsFor(major: number): Clients | undefined {
  const found = directories()
    .filter((one) => one.major >= major && existsSync(join(one.binDir, 'pg_dump')))
    .toSorted((a, b) => a.major - b.major)[0];
  if (found === undefined) return undefined;
  return {
    ...found,
    run: (program, args, input) =>
      execFileSync(join(found.binDir, program), [...args], {
        encoding: 'utf8',
        input: input ?? '',
        maxBuffer: 1024 ** 3,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, LC_ALL: 'C' },
      }),
  };
}

/** Why tests that need client programs cannot run; false where they can. */
export const withoutClients =
  clientsFor(18) === undefined && 'the client programs of 18 are not installed: test/clients/install';

/** Dumps a database. */
export function dump({ url }: Pick<Database, 'url'>, clients: Clients, args: readonly string[]): void {
  clients.run('pg_dump', [...args, '--dbname', url]);
}
