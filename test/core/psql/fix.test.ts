import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixStatements } from '../../../src/core/psql/fix.ts';
import { situations } from '../../situation/folder.ts';
import { positions } from '../../situation/positions.ts';
import { prepareRoles } from '../../situation/roles.ts';
import { run } from '../../situation/run.ts';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { fixBySql, optionsOf } from './support.ts';

// What the script of `pgseq sql fix` does is what `pgseq fix` does, and it fails where that ends with another code than 0.

for (const server of servers) {
  test(`sql fix leaves every situation as fix does (${server.name})`, async (t) => {
    await prepareRoles(server);
    for (const situation of situations.filter(({ since }) => server.major >= since))
      await t.test(situation.name, async () => {
        const { states, role } = optionsOf(situation);
        const [byFix, exit] = await withDatabase(server, `fix ${situation.name}`, situation.setup, async (db) => {
          const fixed = await run(['fix', ...situation.options, '--wait', '1s', db.url]);
          return [await positions(db), fixed.exit] as const;
        });
        await withDatabase(server, `sql fix ${situation.name}`, situation.setup, async (db) => {
          const error = await fixBySql(db, states, role);
          if (!neverReads.has(situation.name)) assert.equal(await positions(db), byFix);
          assert.equal(error === null, exit === 0 && !neverReads.has(situation.name), error ?? 'it did not fail');
        });
      });
  });
}

/** A read that fails ends the script before it moves anything: see states.test.ts. */
const neverReads = new Set(['trusted-code']);

const late = 'create table t (id serial primary key); insert into t values (5);';

databaseTest('sql fix waits for rows that nobody sees yet, and passes them too', servers, late, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into t values (90)');
  const fixing = fixBySql(db, {});
  await new Promise((resolve) => setTimeout(resolve, 200));
  await writer.query('commit');
  assert.equal(await fixing, null);
  assert.deepEqual(await db.query("select nextval('t_id_seq')"), [['91']]);
});

databaseTest('sql fix says which transactions it could not wait for', newest, late, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into t values (90)');
  assert.match((await fixBySql(db, {})) ?? '', /^pgseq: transactions are still open whose ids are not visible yet/);
  await writer.query('rollback');
  assert.deepEqual(await db.query("select nextval('t_id_seq')"), [['6']]);
});

databaseTest('sql fix changes nothing inside a transaction of somebody', newest, late, async (db) => {
  const before = await positions(db);
  const client = await db.connect();
  await client.query('begin');
  await assert.rejects(client.query(fixStatements({})[0] as string), /invalid transaction termination/);
  await client.query('rollback');
  assert.equal(await positions(db), before);
});

databaseTest('sql fix moves what it may, and tells the grant for what it may not', newest, '', async (db) => {
  const role = db.role('clerk');
  await db.query(`
    create role ${role}; create table a (id serial primary key); create table b (id serial primary key);
    insert into a values (5); insert into b values (5);
    grant select on a, b, a_id_seq, b_id_seq to ${role}; grant usage on a_id_seq to ${role}`);
  const error = await fixBySql(db, {}, role);
  assert.match(error ?? '', /public\.b_id_seq: behind: permission denied for sequence public\.b_id_seq grant usage on/);
  assert.deepEqual(await db.query("select nextval('a_id_seq'), nextval('b_id_seq')"), [['6', '1']]);
});
