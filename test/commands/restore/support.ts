import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clients, clientsFor, dump, withoutClients } from '../../support/clients.ts';
import type { Database } from '../../support/database.ts';
import {
  pgseq,
  type PgseqOptions,
  type PgseqProcess,
  type PgseqResult,
  type PgseqRun,
  spawnPgseq,
  startPgseq,
} from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { folder } from '../support.ts';

/** The client programs of the newest major. */
export const clients = clientsFor(Math.max(18, newest.major)) as Clients;

/** For tests that need them. */
export const skip = { skip: withoutClients };

/** A table whose sequence is in step: 5 rows, next 6. */
export const users = `
  create table users (id serial primary key, email text);
  insert into users (email) select 'user ' || n from generate_series(1, 5) n;`;

/** A file of the test's own. */
export function file(t: TestContext, name: string, content: string | Buffer = ''): string {
  const path = join(folder(t, 'empty', ''), name);
  writeFileSync(path, content);
  return path;
}

/** Runs `pgseq restore` with the newest client programs. */
export function restore(args: readonly string[], options: PgseqOptions = {}): Promise<PgseqResult> {
  return pgseq(['restore', '--bin-dir', clients.binDir, ...args], options);
}

/** Begins a restore that the test interrupts. The last --bin-dir counts. */
export function start(args: readonly string[]): PgseqRun {
  return startPgseq(['restore', '--bin-dir', clients.binDir, ...args]);
}

/** The same as a process of its own; with the test it is over. */
export function begin(t: TestContext, args: readonly string[]): PgseqProcess {
  const begun = spawnPgseq(['restore', '--bin-dir', clients.binDir, ...args]);
  t.after(() => begun.child.kill('SIGKILL'));
  return begun;
}

/** A dump of a database in a file, which pg_dump makes. */
export function dumped(t: TestContext, db: Pick<Database, 'url'>, ...args: readonly string[]): string {
  const path = join(folder(t, 'empty', ''), 'dump');
  dump(db, clients, [...args, '--file', path]);
  return path;
}

/** The next value of users_id_seq. */
export async function next(db: Database): Promise<string | null | undefined> {
  return (await db.query('select last_value + is_called::int from users_id_seq'))[0]?.[0];
}

/** Another database on the server of a test; whatever becomes of the test, it is gone afterwards. */
export async function withNamed(db: Database, name: string, work: (url: string) => Promise<void>): Promise<void> {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  await db.query(`create database ${quoted} template template0`);
  const url = new URL(db.url);
  url.pathname = `/${encodeURIComponent(name)}`;
  try {
    await work(url.href);
  } finally {
    await db.query(`drop database if exists ${quoted} with (force)`);
  }
}

/** A process of a program that works on the database of a test. */
export function processes(db: Database, program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => {
      try {
        return (
          /^\d+$/.test(name) &&
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`PGDATABASE=${db.name}\0`) &&
          readFileSync(`/proc/${name}/comm`, 'utf8') === `${program}\n`
        );
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
}

/** Whether somebody sleeps in the database of a test: a script has come so far. */
export function isAsleep(db: Database): () => Promise<boolean> {
  return async () =>
    (
      await db.query(
        "select from pg_stat_activity where query ~ 'pg_sleep' and pid <> pg_backend_pid() and datname = current_database() and state = 'active'",
      )
    ).length > 0;
}
