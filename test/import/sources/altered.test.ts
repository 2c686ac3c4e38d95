import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blocked } from '../../commands/support.ts';
import { databaseTest } from '../../support/database.ts';
import { type Mariadb, startMariadb, withoutMariadb } from '../../support/mariadb.ts';
import { startPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

// A source in MySQL whose tables change while it is read: its snapshot holds rows, and no definitions.

let server: Mariadb;
before(async () => {
  if (withoutMariadb === false) server = await startMariadb();
});
after(() => server?.remove());

/** What is done between the first table and the second, and what is said of it; null: all is loaded as it was, since columns are asked for by their names. */
const changes: Readonly<Record<string, readonly [sql: string, said: RegExp | null]>> = {
  'a column that is read goes': ['alter table b drop column name', /b/],
  'a column is called otherwise': ['alter table b change name other text', /b/],
  'a column has another type': ['alter table b modify name int', /b/],
  'a column moves': ['alter table b modify name text first', null],
  'the table is made anew': ['drop table b; create table b (code varchar(9) primary key, name text)', /b/],
  'the table goes': ['drop table b', /b/],
  'the table is emptied': ['truncate table b', /b/],
  'rows come and go': ["delete from b; insert into b values ('y', 'late')", null],
};

const target = `
  create table a (id serial primary key, name text); create table b (code text primary key, name text);
  create function wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(14); return null; end $$;
  create trigger wait after insert on a for each statement execute function wait();`;

if (withoutMariadb !== false) test('tables that change', { skip: withoutMariadb }, () => {});
else
  for (const [what, [sql, said]] of Object.entries(changes))
    databaseTest(`while the source is read, ${what}`, newest, target, async (db) => {
      const name = `d${Object.keys(changes).indexOf(what)}`;
      server.run(`create database ${name} character set utf8mb4`);
      server.run(
        "create table a (id int primary key, name text); create table b (code varchar(9) primary key, name text); insert into a values (1, '1'); insert into b values ('x', '2')",
        name,
      );
      const holder = await db.connect();
      await holder.query('select pg_advisory_lock(14)');
      const run = startPgseq(['import', server.url(name), '--table', 'a', '--table', 'b', '--to', db.url]);
      await blocked(db);
      // Of a table with a number for its key the largest is read first, which keeps definitions out until the end
      assert.throws(() => server.run('set lock_wait_timeout = 1; alter table a drop column name', name), /Lock wait/);
      server.run(`set lock_wait_timeout = 10; ${sql}`, name);
      await holder.query('select pg_advisory_unlock(14)');
      const { code, stderr } = await run.result;
      assert.doesNotMatch(stderr, /^ +at .*:\d+/m);
      if (said === null) {
        assert.equal(code, 0, stderr);
        assert.deepEqual(await db.query("select (select max(name) from a), (select string_agg(name, ',') from b)"), [
          ['1', '2'],
        ]);
      } else {
        assert.equal(code, 2, stderr);
        assert.match(stderr, said);
        assert.match(stderr, /nothing was imported/);
        assert.deepEqual(await db.query('select (select count(*) from a), (select count(*) from b)'), [['0', '0']]);
      }
    });
