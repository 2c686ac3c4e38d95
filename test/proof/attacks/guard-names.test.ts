import assert from 'node:assert/strict';
import pg from 'pg';
import { newTables } from '../../../src/pg/guard.ts';
import { databaseTest } from '../../support/database.ts';
import { makeGuardObjects } from '../../support/guard.ts';
import { mayEscape, servers } from '../../support/servers.ts';
import { lookedUp, typesLookedUp } from './guard-ahead.ts';
import { mallory } from './mallory.ts';

// A guard has no search_path of its own, so every name in its code must say where it belongs; and names that are in its code
// must not become code.

databaseTest('nothing that a guard names is looked up where who inserts says', servers, '', async (db, t) => {
  const { role, loot } = await mallory(db, t);
  await makeGuardObjects(db);
  const insert = (ids: string): string => `insert into sales.v (id) select ${ids}`;
  for (const planted of [lookedUp, typesLookedUp]) {
    const named = new Set<string>();
    const ran: Record<string, string[]> = {};
    for (const side of ['bare', 'ours']) {
      const session = await db.connect();
      const run = (sql: string): Promise<pg.QueryResult<{ code: string; name: string }>> => session.query(sql);
      await run(`begin; create schema sales; grant usage on schema sales to ${role}; create sequence sales.s cache 2`);
      await run(`create table sales.v (id bigint default nextval('sales.s'), name text);
        grant insert on sales.v to ${role}; grant usage on sequence sales.s to ${role}`);
      await run("select pgseq.protect('sales.v', 'id')");
      const found =
        await run(`select p.prosrc as code, p.proname as name from pg_trigger g join pg_proc p on p.oid = g.tgfoid
        where g.tgrelid = 'sales.v'::regclass limit 1`);
      const [{ code, name }] = found.rows as [{ code: string; name: string }];
      for (const [, operator, word] of code.matchAll(/pg_catalog\.(?:([^\w\s]+)\)|(\w+))/g))
        named.add(operator ?? word ?? '');
      if (side === 'bare') {
        const bare = code.replaceAll(/operator\(pg_catalog\.(\S+)\)/g, '$1').replaceAll('pg_catalog.', '');
        await run(
          `create or replace function pgseq.${name}() returns trigger language plpgsql security definer as ${pg.escapeLiteral(bare)}`,
        );
      }
      // Rows that replication brings are another way through it
      await run(
        `alter table sales.v enable always trigger ${(await run('select tgname as name from pg_trigger where tgtype = 21')).rows[0]?.name ?? ''}`,
      );
      await run(`set session authorization ${role}; ${planted} set search_path = shop, pg_catalog`);
      for (const sql of [
        'insert into sales.v (name) values (null)',
        insert('5'),
        insert('9000000000000000000'),
        insert('9223372036854775807'),
        insert('9223372036854775806 operator(pg_catalog.-) g from pg_catalog.generate_series(0, 20) g'),
        'reset session authorization',
        'alter table sales.v rename column id to key',
        `set session authorization ${role}`,
        'insert into sales.v (name) values (null)',
      ])
        await run(sql);
      await run('rollback');
      await session.end();
      ran[side] = loot()
        .filter((mark) => mark.endsWith(' as postgres'))
        .map((mark) => mark.replace(' as postgres', ''));
    }
    const plantable = [...named].filter((name) => planted.includes(`'${name}'`));
    assert.ok(plantable.length > 2);
    assert.deepEqual(
      plantable.filter((name) => ran['bare']?.includes(name) !== true),
      [],
      'with bare names it is run',
    );
    assert.deepEqual(ran['ours'], []);
  }
});

/** Each would end what it stands in, if it were not quoted as it must be there. */
const names = [
  `id") into t from inserted;perform shop.mark('a');end$guard$--`,
  `id', true); perform shop.mark('text'); end $guard$; --`,
  `id\\', true); perform shop.mark('text'); end $guard$; --`,
  `$guard$; select shop.mark('guard'); --`,
  `$pgseq$; select shop.mark('pgseq'); --`,
  `$template$; select shop.mark('template'); --`,
  '%1$s %I %L %% %s',
  `a\n; select shop.mark('line');\n--`,
  '\\',
  "'",
  '"',
  "E'\\'",
];

databaseTest('no name becomes code, by hand or by the event trigger', servers, '', async (db, t) => {
  const { role, loot } = await mallory(db, t);
  await makeGuardObjects(db);
  await db.query(newTables);
  if (mayEscape(db.server)) await db.query(`alter database ${db.name} set standard_conforming_strings = off`);
  const { escapeIdentifier: quoted } = pg;
  const unguarded: string[] = [];
  for (const way of ['naive', 'protect', 'event'] as const) {
    for (const [i, name] of names.entries()) {
      const session = await db.connect();
      const other = quoted(names[(i + 1) % names.length] ?? '');
      const [schema, table, column] = [quoted(name), other, quoted(name)];
      await session.query('begin');
      if (way === 'event')
        await session.query(`create event trigger guard_them on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE')
          execute function pgseq.guard_new_tables()`);
      await session.query(`create schema ${schema} authorization ${role}; set session authorization ${role};
        create table ${schema}.${table} (${column} bigserial); reset session authorization`);
      const oid = `(select max(oid::int8)::oid from pg_class where relkind = 'r')::regclass`;
      const [row] = (
        await session.query<{ attname: string; relname: string }>(
          `select a.attname, r.oid::text as relname from pg_attribute a join pg_class r on r.oid = attrelid where attrelid = ${oid} and attnum = 1`,
        )
      ).rows;
      if (way === 'protect') await session.query('select pgseq.protect($1::oid, $2)', [row?.relname, row?.attname]);
      if (way === 'naive') {
        await session.query('create temporary table inserted (id int); savepoint before');
        const code = `do $guard$ declare t int; begin select max("${row?.attname}") into t from inserted; end $guard$; do $guard$ begin perform set_config('pgseq.told', '${row?.attname}', true); end $guard$`;
        for (const part of code.split('; do').map((one, k) => (k === 0 ? one : `do${one}`)))
          await session.query(part).catch(async () => session.query('rollback to before'));
      } else {
        await session.query(`insert into ${schema}.${table} values (40)`);
        const next = await session.query<{ next: string }>(
          `insert into ${schema}.${table} default values returning ${column}::text as next`,
        );
        if (next.rows[0]?.next !== '41') unguarded.push(`${way}: ${name} ${next.rows[0]?.next}`);
      }
      await session.end();
    }
    if (way === 'naive')
      assert.deepEqual(loot(), ['a as postgres', 'text as postgres'], 'pasted into code, they are code');
  }
  assert.deepEqual(unguarded, []);
  assert.deepEqual(loot(), []);
});

databaseTest('nothing is made in a schema that a stranger made, or may add to', servers, '', async (db, t) => {
  const { role } = await mallory(db, t);
  const owner = db.role('owner');
  await db.query(`create role ${owner} login; grant create on database ${db.name} to ${role}, ${owner}`);
  const strange: Readonly<Record<string, string>> = {
    'a schema of hers': `set role ${role}; create schema pgseq; reset role`,
    'a right to create': `create schema pgseq; grant create on schema pgseq to ${role}`,
    'a right of everybody': 'create schema pgseq; grant create on schema pgseq to public',
    'a function of hers': `create schema pgseq; create function pgseq.feeding_sequence(oid, text) returns regclass language sql as 'select null::regclass';
      alter function pgseq.feeding_sequence(oid, text) owner to ${role}`,
  };
  for (const [name, planted] of Object.entries(strange)) {
    for (const user of ['postgres', owner]) {
      await db.query(planted);
      const session = await db.connect({ user });
      await assert.rejects(
        makeGuardObjects(session),
        /could act through it with the rights of every guard/,
        `${name}, ${user}`,
      );
      await db.query('drop schema pgseq cascade');
    }
  }
  await makeGuardObjects(await db.connect({ user: owner }));
  await assert.rejects(makeGuardObjects(db), new RegExp(`${owner} owns`), 'a superuser is a member of every role');
});
