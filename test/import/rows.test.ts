import assert from 'node:assert/strict';
import { queryable } from '../../src/adapters/pg.ts';
import { importRows } from '../../src/import/import-rows.ts';
import { type Database, databaseTest } from '../support/database.ts';
import { newest, servers } from '../support/servers.ts';

// `importRows`: rows of a program, in a transaction of its own or in the caller's.

const blog = `
  create table users (id serial primary key, email text not null unique);
  create table posts (id bigint generated always as identity primary key, user_id int not null references users, title text);
  insert into users (email) values ('first@example.org');`;

async function next(db: Database, sequence: string): Promise<string | null | undefined> {
  return (await db.query(`select last_value + is_called::int from ${sequence}`))[0]?.[0];
}

databaseTest('rows keep their ids, and sequences are beyond them', servers, blog, async (db) => {
  const client = await db.connect();
  const report = await importRows(queryable(client), {
    posts: [{ id: 7, user_id: 41, title: 'a\tb\\c\n' }],
    users: [
      { id: 41, email: 'x@example.org' },
      { id: 12n, email: 'y@example.org' },
    ],
  });
  assert.deepEqual(
    report.tables.map(({ name, rows }) => [name, rows]),
    [
      ['public.users', 2n],
      ['public.posts', 1n],
    ],
  );
  assert.deepEqual(
    report.fix.sequences.map(({ name, action, state, before, after }) => [
      name,
      action,
      state,
      before?.next,
      after?.next,
    ]),
    [
      ['public.posts_id_seq', 'moved', 'ok', 1n, 8n],
      ['public.users_id_seq', 'moved', 'ok', 2n, 42n],
    ],
  );
  assert.deepEqual(await db.query('select id, user_id, title from posts'), [['7', '41', 'a\tb\\c\n']]);
  await db.query("insert into users (email) values ('z@example.org')");
  await db.query('insert into posts (user_id) values (41)');
});

databaseTest('in a transaction of the caller, all of it is a part of that', newest, blog, async (db) => {
  const client = await db.connect();
  await client.query('begin');
  await client.query("insert into users (email) values ('caller@example.org')");
  await importRows(queryable(client), { users: [{ id: 500, email: 'x@example.org' }] });
  await assert.rejects(importRows(queryable(client), { users: [{ id: 500, email: 'again@example.org' }] }), {
    name: 'Problem',
    message:
      'users, row 1: duplicate key value violates unique constraint "users_pkey": Key (id)=(500) already exists.',
  });
  assert.deepEqual((await client.query('select count(*)::int as n from users')).rows, [{ n: 3 }]);
  assert.equal((await client.query('show search_path')).rows[0].search_path, '"$user", public');
  await client.query('rollback');
  assert.deepEqual(await db.query('select count(*) from users'), [['1']]);
  assert.ok(BigInt((await next(db, 'users_id_seq')) ?? '0') >= 501n, 'a gap is all that stays');
});
