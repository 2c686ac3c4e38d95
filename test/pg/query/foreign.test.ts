import assert from 'node:assert/strict';
import { foreign } from '../../../src/pg/query/queries.ts';
import { databaseTest } from '../../support/database.ts';
import { withQueryable } from '../../support/queryable.ts';
import { servers } from '../../support/servers.ts';

// Whose code a read runs is searched level by level; functions that call each other have no last level.

const queryOptions = { statementTimeout: 10_000, lockTimeout: 0 };
const since14 = servers.filter(({ major }) => major >= 14);

databaseTest('code of strangers is found behind functions that call each other', since14, '', async (db) => {
  const stranger = db.role('stranger');
  await db.query(`create role ${stranger};
    create function ping(int) returns int immutable language sql return $1;
    create function pong(int) returns int immutable language sql return ping($1);
    create function theirs(int) returns int immutable language sql return pong($1);
    alter function theirs owner to ${stranger};
    create table mine (id int); create index on mine (pong(id));
    create or replace function ping(int) returns int immutable language sql return pong($1);
    create table all_of (id int) partition by list (id); create table deep partition of all_of default partition by list (id);
    create table leaf partition of deep default; create index on leaf (pong(id));
    create domain checked as int check (theirs(value) > 0)`);
  const ask = async (...tables: string[]): Promise<string[]> => {
    const oids = await db.query(`select oid from pg_class where relname = any ('{${tables.join(',')}}') order by oid`);
    return await withQueryable(db.url, async (pgseq) => {
      const found = await foreign(
        pgseq,
        queryOptions,
        oids.map(([oid]) => oid ?? ''),
      );
      const names = await db.query(`select oid, relname from pg_class where relname = any ('{${tables.join(',')}}')`);
      return found.map(({ root, what }) => `${names.find(([oid]) => oid === root)?.[1] ?? '?'} ${what}`);
    });
  };
  assert.deepEqual(await ask('mine', 'all_of'), []);
  await db.query('create or replace function ping(int) returns int immutable language sql return $1::checked');
  assert.deepEqual(await ask('mine', 'all_of'), ['mine code', 'all_of code']);
  assert.deepEqual(await ask('all_of', 'deep', 'leaf'), ['all_of code', 'deep code', 'leaf code']);
});
