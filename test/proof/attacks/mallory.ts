import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type pg from 'pg';
import type { Database } from '../../support/database.ts';

/** A role without any rights but a schema of its own and CREATE on public, and two victims that are worth robbing. */
export interface Mallory {
  readonly role: string;
  readonly session: pg.Client;
  /** Reads everything and may write files on the server, as roles for monitoring and for copies do; no superuser. */
  readonly reader: string;
  /** What ran with somebody else's rights since it was last asked: `index as postgres`; sorted. */
  loot(): string[];
}

/**
 * Lets Mallory in. `shop.evil('name')`, immutable, and `shop.mark('name')` take what they get: they give up the role that was
 * SET, and write a file on the server, which even a read-only transaction that is rolled back cannot undo. Run with Mallory's
 * own rights they do nothing.
 */
export async function mallory(db: Database, t: TestContext): Promise<Mallory> {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-loot-'));
  chmodSync(directory, 0o777); // the server may run under another account
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [role, reader] = [db.role('mallory'), db.role('reader')];
  await db.query(`
    create role ${role} login; create role ${reader} login; grant pg_write_server_files to ${reader};
    create schema shop authorization ${role}; grant create on schema public to ${role}`);
  const session = await db.connect({ user: role });
  await session.query(`
    create function shop.mark(via text) returns int language plpgsql as $$
      begin
        begin perform pg_catalog.set_config('role', 'none', true); exception when others then null; end;
        execute pg_catalog.format('copy (select 1) to %L', pg_catalog.concat('${directory}/', via, ' as ', current_user));
        return 1;
      exception when others then return 1;
      end $$;
    create function shop.evil(via text) returns int language plpgsql immutable as $$
      begin return shop.mark(via); end $$`);
  return {
    role,
    session,
    reader,
    loot() {
      const names = readdirSync(directory).toSorted();
      for (const name of names) rmSync(join(directory, name), { force: true });
      return names.map((name) => name.replaceAll(reader, 'reader'));
    },
  };
}

/** Lets the reader read what there is now, and draw from it. */
export async function letRead(db: Database, { reader }: Mallory): Promise<void> {
  await db.query(`
    grant usage on schema shop, public to ${reader};
    grant select on all tables in schema shop, public to ${reader};
    grant usage, select on all sequences in schema shop, public to ${reader}`);
}
