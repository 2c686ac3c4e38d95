import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open as openSource } from '../../../src/import/sources/postgresql/index.ts';
import { startCluster } from '../../support/cluster.ts';
import { type Database, databaseTest, withDatabase } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { rowsAt, rowsOf } from '../../support/session.ts';
import { brokenOff, closing, copy, options, problemOf, tableOf, textOf } from './support.ts';

const open = closing(openSource);

// Another PostgreSQL as the source of an import.

/** A second database, that the rows come from. */
async function withSource(db: Database, setup: string, work: (source: Database) => Promise<void>): Promise<void> {
  await withDatabase(db.server, `source of ${db.name}`, setup, work);
}

const types = `create type mood as enum ('sad', 'very happy');
  create type pair as (a int, b text);
  create domain code as text check (value <> '');
  create table t (id bigint, price numeric, real real, double float8, label text, none text, empty text, bytes bytea, at timestamptz, local timestamp, day date,
    span interval, doc jsonb, raw json, words text[], grid int[][], mood mood, pair pair, code code, key uuid, net inet, range int4range, bits bit(3), tail char(5),
    markup xml, money money, class regclass);`;

databaseTest('every type arrives exactly, whatever the source was set to', servers, types, async (db) => {
  await withSource(db, types, async (source) => {
    await source.query(`insert into t values
      (9007199254740993, 'NaN', 0.1, 0.1::float8 + 0.2::float8, E'tab\\t line\\n ret\\r \\\\ \\\\N ''q'' "d" é 😀', null, '', '\\x00ff5c', '2024-07-01 12:00:00.123456+02', '0044-03-15 12:00:00 BC',
       'infinity', '-1 mons +2 days -03:04:05.678', '{"a": 1.10}', '{"a" : 1.10 }', array['a,"b', null, '', '\\'], '{{1,2},{3,4}}', 'very happy', row(1, 'x"y'), 'z',
       '00112233-4455-6677-8899-aabbccddeeff', '::1/64', '[1,5)', B'101', 'ab', '<a>&amp;</a>', 1234.5, 'pg_class'),
      (-9223372036854775808, 12345678901234567890.12345678901234567890, 'infinity', 5e-324, '\\N', null, '', '', 'infinity', '294276-12-31 23:59:59.999999', '4713-01-01 BC',
       '178000000 years', 'null', '1e400', '{}', '{}', null, null, null, null, null, 'empty', null, null, null, null, null)`);
    await source.query(`alter database ${source.name} set datestyle = 'SQL, DMY';
      alter database ${source.name} set intervalstyle = 'sql_standard'; alter database ${source.name} set extra_float_digits = -15;
      alter database ${source.name} set bytea_output = 'escape'; alter database ${source.name} set timezone = 'Asia/Tokyo';
      alter database ${source.name} set client_encoding = 'LATIN1'; alter database ${source.name} set quote_all_identifiers = on;
      alter database ${source.name} set default_transaction_isolation = 'serializable'`);
    const opened = await open(source.url, options());
    await copy(db, tableOf(opened, 't'));
    await opened.close();
    const all = 'select * from t order by id desc';
    const mine = await db.connect();
    await mine.query("set timezone = 'UTC'");
    const expected = await source.connect({
      options:
        '-c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c timezone=UTC -c client_encoding=UTF8 -c quote_all_identifiers=off',
    });
    const arrived = await rowsOf(mine, all);
    assert.deepEqual(arrived, await rowsOf(expected, all));
    assert.equal(arrived.length, 2);
  });
});

databaseTest(
  'tables, what their sequences hand out next, and how far the keys reach',
  servers,
  'create schema audit',
  async (db) => {
    await db.query(`
    create table serial (id serial primary key, a int); insert into serial (id) values (5), (900); select setval('serial_id_seq', 20);
    create table identity (id bigint generated always as identity (start 7 increment 10) primary key, double int generated always as (1) stored);
    create table called (id int default 3, other int); create sequence free; alter table called alter other set default nextval('free'); select nextval('free');
    create table parted (id serial, at int) partition by range (at); create table parted_1 partition of parted for values from (0) to (10);
    insert into parted (at) values (1), (2);
    create table parent (a int); create table child () inherits (parent); insert into parent values (1); insert into child values (2);
    create table audit.serial (id int primary key); insert into audit.serial values (3);
    create table "we""ird 100%'s.t
x" ("a""b%\\" text); insert into "we""ird 100%'s.t
x" values ('x');
    create view seen as select id from serial; create materialized view stored as select 1 as one; create temp table passing (a int);
    create table none ();`);
    const notes: string[] = [];
    const source = await open(db.url, options({ notes }));
    const seen = source.tables.map(({ schema, name, columns, counters, furthest }) => [
      `${schema}.${name}`,
      columns?.join(),
      counters.map(({ column, next }) => `${column} ${next}`).join(),
      furthest.map(({ column, value }) => `${column} ${value}`).join(),
    ]);
    assert.deepEqual(seen, [
      ['audit.serial', 'id', '', 'id 3'],
      ['public.called', 'id,other', 'other 2', ''],
      ['public.child', 'a', '', ''],
      ['public.identity', 'id', 'id 7', ''],
      ['public.parent', 'a', '', ''],
      ['public.parted', 'id,at', 'id 3', ''],
      ['public.serial', 'id,a', 'id 21', 'id 900'],
      ['public.we"ird 100%\'s.t\nx', 'a"b%\\', '', ''],
    ]);
    assert.deepEqual(notes, ['identity: double is generated, and left out']);
    assert.equal(await textOf(tableOf(source, 'parent')), '1\n');
    assert.equal(await textOf(tableOf(source, 'parted')), '1\t1\n2\t2\n');
    assert.equal(await textOf(tableOf(source, 'we"ird 100%\'s.t\nx')), 'x\n');
    await source.close();

    const chosen = await open(db.url, options({ tables: ['serial', 'seen', 'stored', 'parted_1', 'audit.serial'] }));
    assert.deepEqual(
      chosen.tables.map(({ schema, name }) => `${schema}.${name}`),
      ['audit.serial', 'public.parted_1', 'public.seen', 'public.serial', 'public.stored'],
    );
    assert.equal(await textOf(tableOf(chosen, 'seen')), '5\n900\n');
    assert.equal(await textOf(tableOf(chosen, 'stored')), '1\n');
    await chosen.close();
    assert.match(
      (await problemOf(open(db.url, options({ tables: ['audit.nope'] })))).message,
      /has no table audit.nope/,
    );
  },
);

databaseTest(
  'all tables are read as of one moment; a truncate waits; what nobody took does not come up later',
  newest,
  "create table a (x int, y text); create table b (x int); insert into a select i, repeat('x', 100) from generate_series(1, 100000) i; insert into b values (1)",
  async (db) => {
    const source = await open(db.url, options());
    await db.query('insert into a values (0); insert into b values (2)');
    await assert.rejects(db.query("set lock_timeout = '50ms'; truncate b"), /lock timeout/);
    for await (const chunk of tableOf(source, 'a').read({
      columns: [{ source: 'y', type: 'text' }],
      rowwise: false,
      signal: undefined,
    }).chunks) {
      assert.ok(chunk.length > 0);
      break;
    }
    assert.equal(await textOf(tableOf(source, 'b')), '1\n');
    assert.equal((await textOf(tableOf(source, 'a'))).split('\n').length, 100_001);
    await source.close();
    await db.query('truncate b');
  },
);

databaseTest(
  'rows that a policy would hide, and tables without a privilege, are problems',
  newest,
  'create table hidden (id int); alter table hidden enable row level security; create policy p on hidden using (id = 1); create table closed (id int)',
  async (db) => {
    const role = db.role('reader');
    await db.query(`create role ${role} login; grant select on hidden to ${role}`);
    const url = db.server.url(db.name, role);
    const source = await open(url, options({ tables: ['hidden'] }));
    const problem = await problemOf(textOf(tableOf(source, 'hidden')));
    assert.match(`${problem.message}; ${problem.hint}`, /row-level security policy.*BYPASSRLS/);
    await source.close();
    assert.match(
      (await problemOf(open(url, options({ tables: ['closed'] })))).message,
      /permission denied for table closed/,
    );
  },
);

test('a server that is gone in the middle is a problem; so is a signal its reason', async () => {
  const cluster = await startCluster(newest.major);
  try {
    await rowsAt(
      cluster.url('postgres'),
      "create table a as select repeat('x', 1000) as y from generate_series(1, 50000)",
    );
    const { message } = await brokenOff(open, cluster.url('postgres'), () => cluster.stop('immediate'));
    assert.match(message, /^the connection to postgresql?:.* was lost/);
  } finally {
    await cluster.remove();
  }
});

test('what cannot be reached is a problem that shows no password', async () => {
  const { message, hint } = await problemOf(open('postgres://app:secret@127.0.0.1:1/shop', options()));
  assert.doesNotMatch(`${message}${hint}`, /secret/);
});
