import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseTest, withDatabase } from './database.ts';
import { newest, servers } from './servers.ts';
import { rowsAt } from './session.ts';

databaseTest('a test begins with what its setup made, in a session as new', servers, setup(), async (db) => {
  assert.deepEqual(await db.query('show search_path'), [['"$user", public']]);
  assert.deepEqual(await db.query('select * from t order by id'), [
    ['1', 't', null],
    ['9007199254740993', 'f', '{a,b}'],
  ]);
  assert.deepEqual(await db.query('select 1; select 2, 3'), [['2', '3']]);
  assert.match(db.name, /^database_a_test_begins_with_what_its_setup_made_[a-z0-9_]+_[0-9a-f]{8}$/);
  assert.ok(db.name.length <= 63);
});

databaseTest('sessions left open do not outlive the test', newest, '', async (db) => {
  const session = await db.connect({ application_name: 'left open' });
  assert.deepEqual((await session.query('select current_database() as name')).rows, [{ name: db.name }]);
});

test('a database goes with a test that passes, and its roles with it', async () => {
  const left = await withDatabase(newest, 'passes', 'create table t ()', async (db) => {
    const role = db.role('reader');
    assert.match(role, /^[a-z0-9_]{1,63}$/);
    await db.query(`create role ${role} login; grant select on t to ${role}`);
    const reader = await db.connect({ user: role });
    assert.deepEqual((await reader.query('select current_user as role')).rows, [{ role }]);
    return { database: db.name, role };
  });
  assert.equal(await exists('pg_database', 'datname', left.database), false);
  assert.equal(await exists('pg_roles', 'rolname', left.role), false);
});

test('a database stays when its test has failed', async () => {
  let name = '';
  const failing = withDatabase(newest, 'fails', '', async (db) => {
    name = db.name;
    await Promise.reject(new Error('on purpose'));
  });
  await assert.rejects(failing, /on purpose/);
  assert.equal(await exists('pg_database', 'datname', name), true);
  await rowsAt(newest.url('postgres'), `drop database ${name}`);
});

function setup(): string {
  return `
    create table t (id bigint, flag boolean, list text[]);
    insert into t values (1, true, null), (9007199254740993, false, '{a,b}');
    select pg_catalog.set_config('search_path', '', false);`;
}

async function exists(catalog: string, column: string, name: string): Promise<boolean> {
  return (await rowsAt(newest.url('postgres'), `select from ${catalog} where ${column} = '${name}'`)).length > 0;
}
