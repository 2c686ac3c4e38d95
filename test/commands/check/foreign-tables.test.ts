import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';
import { report, run } from '../support.ts';

/** The database reads a table of its own as a foreign one, through a server that stands for another. */
async function foreignTable(db: Database, port = db.server.port): Promise<void> {
  await db.query(`
    create extension postgres_fdw;
    create schema remote; create table remote.parts (id int, part text);
    insert into remote.parts values (42, 'x');
    create server other foreign data wrapper postgres_fdw options (host '${db.server.host}', port '${port}', dbname '${db.name}');
    create user mapping for public server other options (user 'postgres', password_required 'false');
    create sequence numbers;
    create table local (id int default nextval('numbers'));
    insert into local values (3);
    create foreign table parts (id int default nextval('numbers'), part text) server other options (schema_name 'remote');
    create foreign table lonely (id serial, part text) server other options (schema_name 'remote', table_name 'parts')`);
}

databaseTest('foreign tables are not read unless asked for', newest, '', async (db) => {
  await foreignTable(db);
  const { sequences } = await report(db, ['check']);
  const [lonely, numbers] = sequences;
  assert.deepEqual([lonely?.state, lonely?.reason], ['incomparable', 'foreign-table']);
  assert.deepEqual([numbers?.state, numbers?.target, numbers?.furthest], ['behind', '4', '3']);
});

databaseTest('--read-foreign asks the foreign server', newest, '', async (db) => {
  await foreignTable(db);
  const read = await report(db, ['check', '--read-foreign']);
  assert.deepEqual(
    read.sequences.map(({ state, furthest, target }) => [state, furthest, target]),
    [
      ['behind', '42', '43'],
      ['behind', '42', '43'],
    ],
  );
  const fixed = await report(db, ['fix', '--read-foreign']);
  assert.deepEqual([fixed.code, fixed.sequences.map(({ next }) => next)], [0, ['43', '43']]);
});

databaseTest('a foreign server that cannot be reached costs only its tables', newest, '', async (db) => {
  await foreignTable(db, 1);
  await db.query('create table near (id serial); insert into near values (2)');
  const { sequences, findings, code } = await report(db, ['check', '--read-foreign']);
  assert.deepEqual(
    sequences.map(({ name, state, reason }) => [name, state, reason]),
    [
      ['public.lonely_id_seq', 'unknown', 'foreign'],
      ['public.near_id_seq', 'behind', null],
      ['public.numbers', 'behind', 'foreign'],
    ],
  );
  assert.equal(code, 2);
  assert.match(findings.find(({ rule }) => rule === 'unreadable')?.message ?? '', /cannot read public\.lonely\.id/);
  assert.equal((await run(db, ['check', '-t', 'near'])).code, 1);
  await rowsAt(db.url, 'select 1');
});
