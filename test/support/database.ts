import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { addressesOfRun, isProvedElsewhere, type Server } from './server.ts';
import { openSession, type Rows, rowsAt, rowsOf } from './session.ts';

/** A database of one test. */
export interface Database {
  /** Of a–z, 0–9 and _ only: the same quoted or not. */
  readonly name: string;
  /** As the superuser, over TCP. */
  readonly url: string;
  readonly server: Server;
  /**
   * Runs statements in one session that lasts as long as the test, as the superuser; returns the rows of the last
   * statement, every value as PostgreSQL prints it.
   */
  query(sql: string): Promise<Rows>;
  /** Another session, as the superuser unless the options say otherwise; closed when the test ends. */
  connect(options?: pg.ClientConfig): Promise<pg.Client>;
  /**
   * A name for a role that no other test uses, of a–z, 0–9 and _ only; the test creates the role itself. Roles belong
   * to the whole server, so those that exist when the test has passed are dropped after its database.
   */
  role(suffix: string): string;
}

/**
 * Registers a test with a database of its own, once per server. The database begins with what `setup` makes (may be
 * empty). It is dropped when the body has returned, and stays as evidence when the body has thrown.
 *
 * `skip`: why it cannot run here; false where it can.
 *
 * The body's own promise decides: a failed subtest (`t.test`) rejects nothing, so such a body has no subtests.
 */
export function databaseTest(
  name: string,
  on: Server | readonly Server[],
  setup: string,
  body: (database: Database, t: TestContext) => Promise<void>,
  { skip = false }: { readonly skip?: string | false } = {},
): void {
  const wanted = Array.isArray(on) ? (on as readonly Server[]) : [on as Server];
  for (const server of wanted.filter((one) => !isProvedElsewhere(one))) {
    test(`${name} (${server.name})`, { skip }, async (t) => {
      await withDatabase(server, name, setup, async (database) => {
        try {
          await body(database, t);
        } catch (error) {
          t.diagnostic(`the database is kept: ${database.name}`);
          throw error;
        }
      });
    });
  }
}

/** Lends a new database to `work`: dropped when it has resolved, kept when it has rejected. Returns what it resolves to. */
export async function withDatabase<T>(
  server: Server,
  title: string,
  setup: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const name = databaseName(title);
  await createDatabase(server, name);
  const sessions: pg.Client[] = [];
  const roles: string[] = [];
  const url = server.url(name);
  let main: pg.Client | undefined;

  async function connect(options: pg.ClientConfig = {}): Promise<pg.Client> {
    const session = await openSession({ ...addressOf(server, name), ...options });
    sessions.push(session);
    return session;
  }
  async function query(sql: string): Promise<Rows> {
    main ??= await connect();
    return await rowsOf(main, sql);
  }

  let result: T;
  try {
    if (setup !== '') {
      await query(setup);
      // A dump sets search_path and more; the test begins with a session as new.
      await query('discard all');
    }
    result = await work({
      name,
      url,
      server,
      query,
      connect,
      role(suffix) {
        const role = `${name.slice(0, 62 - suffix.length)}_${suffix}`;
        roles.push(role);
        return role;
      },
    });
  } finally {
    await Promise.allSettled(sessions.map((session) => session.end()));
  }
  await dropDatabase(server, name, roles);
  return result;
}

/** Waits until all sessions that a pool has ended are gone: dropping their database would hit those that are at it. */
export async function othersGone(db: Database): Promise<void> {
  const others =
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
  for (let attempt = 0; attempt < 100; attempt++) {
    const [[count]] = (await db.query(others)) as [[string]];
    if (count === '0') return;
    await sleep(20);
  }
}

function addressOf(server: Server, database: string): pg.ClientConfig {
  const { host, port, password } = server;
  return { host, port, user: 'postgres', database, ...(password === undefined ? {} : { password }) };
}

const counts = new Map<string, number>();

/** Of the test's file and title, and of a hash that tells apart what was cut off, and equal titles in one file. */
function databaseName(title: string): string {
  const file = basename(process.argv[1] ?? '').replace(/\.test\.[jt]s$/, '');
  const readable = `${file}_${title}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const count = (counts.get(title) ?? 0) + 1;
  counts.set(title, count);
  const hash = createHash('sha256').update(`${process.argv[1]} ${title} ${count}`).digest('hex');
  return `${readable.slice(0, 54).replace(/_$/, '')}_${hash.slice(0, 8)}`;
}

async function createDatabase(server: Server, name: string): Promise<void> {
  // Since 15 the default writes every page to the log and takes longer, to create and to drop.
  const strategy = server.major >= 15 ? ' strategy file_copy' : '';
  // Nobody can connect to template0, yet autovacuum may be at it.
  for (let attempt = 1; ; attempt++) {
    try {
      await administer(server, `create database ${name} template template0${strategy}`);
      return;
    } catch (error) {
      if (attempt === 50 || (error as { code?: string }).code !== '55006') throw error;
      await sleep(100);
    }
  }
}

async function dropDatabase(server: Server, name: string, roles: readonly string[]): Promise<void> {
  // With force: a program under test that was interrupted may not be gone yet.
  await administer(server, `drop database ${name} with (force)`);
  if (roles.length > 0) await administer(server, `drop role if exists ${roles.map((role) => `"${role}"`).join(', ')}`);
}

/** Of a process: it may end although the session is open, but not while it works. */
interface Administrator {
  readonly session: pg.Client & { ref(): void; unref(): void };
  working: number;
}

const administrators = new Map<string, Promise<Administrator>>();

/** Runs a statement as the superuser. On a server of the run, by one session for all tests of a process: a new one costs as much as half a database. */
async function administer(server: Server, statement: string): Promise<void> {
  const url = server.url('postgres');
  if (!addressesOfRun().some(({ port }) => port === server.port)) return void (await rowsAt(url, statement));
  const opened =
    administrators.get(url) ??
    openSession(addressOf(server, 'postgres')).then((session) => ({
      session: session as Administrator['session'],
      working: 0,
    }));
  administrators.set(url, opened);
  const administrator = await opened;
  const { session } = administrator;
  administrator.working++;
  session.ref();
  try {
    await session.query(statement);
  } finally {
    administrator.working--;
    if (administrator.working === 0) session.unref();
  }
}
