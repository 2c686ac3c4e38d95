import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { ends, report, run } from '../support.ts';

/** Every kind of sequence that is moved, one of each. */
const zoo = `
  create table a (id serial primary key); insert into a values (5);
  create table b (id bigint generated always as identity (increment 10) primary key);
  insert into b overriding system value values (21);
  create sequence d increment -3 minvalue -100 maxvalue 100 start 100;
  create table c (id int default nextval('d')); insert into c values (70);
  create table e (id smallserial); alter sequence e_id_seq cache 10; insert into e values (9);
  create table f (id bigserial); insert into f select generate_series(3000000, 3000020);
  create table g (id serial); insert into g default values;
  create sequence m minvalue -9223372036854775808 maxvalue 10 increment -1 start -9223372036854775805;
  create table h (id bigint default nextval('m')); insert into h select -9223372036854775805 - n from generate_series(0, 1) n;`;

const sequences = ['a_id_seq', 'b_id_seq', 'd', 'e_id_seq', 'f_id_seq', 'g_id_seq', 'm'];

async function positions(db: Database): Promise<unknown> {
  return await db.query(
    sequences.map((name) => `select '${name}', last_value, is_called from ${name}`).join(' union all '),
  );
}

async function restart(db: Database): Promise<void> {
  const [[before]] = (await db.query('select last_value from g_id_seq')) as [[string]];
  await db.query(
    sequences
      .filter((name) => name !== 'g_id_seq')
      .map((name) => `alter sequence ${name} restart`)
      .join(';'),
  );
  assert.equal(before, '1');
}

for (const method of ['auto', 'step', 'lock']) {
  databaseTest(
    `the SQL of --dry-run gives the end state that fix gives: --method ${method}`,
    servers,
    zoo,
    async (db) => {
      const begun = await positions(db);
      const args = ['fix', '--method', method, '--max-jump', '100%'];
      const dry = await run(db, [...args, '--dry-run', '-q']);
      assert.equal(dry.code, 1);
      assert.deepEqual(await positions(db), begun, 'it changed something');
      const session = await db.connect();
      for (const statement of dry.stdout.split(/;\n/)) await session.query(statement);
      const bySql = await positions(db);

      await restart(db);
      assert.deepEqual(await positions(db), begun);
      assert.equal((await run(db, args)).code, 0);
      assert.deepEqual(await positions(db), bySql);
      assert.equal((await run(db, ['check'])).code, 0);
      ends(await run(db, [...args, '--dry-run', '-q']), { code: 0 });
    },
  );
}

databaseTest('SQL that is run late moves nothing back', newest, zoo, async (db) => {
  for (const method of ['step', 'lock']) {
    const dry = await run(db, ['fix', '--dry-run', '-q', '--method', method, '-t', 'a']);
    await db.query("select setval('a_id_seq', 500)");
    await db.query(dry.stdout);
    assert.deepEqual(await db.query('select last_value from a_id_seq'), [['500']], method);
    await db.query('alter sequence a_id_seq restart');
  }
});

databaseTest('the SQL of findings cures, too', newest, zoo, async (db) => {
  const { findings } = await report(db, ['check', '--max-jump', '100%']);
  const cures = findings.filter(({ rule }) => rule === 'behind').map(({ fix }) => fix);
  assert.equal(cures.length, 6);
  for (const cure of cures) await db.query(cure ?? '');
  assert.equal((await report(db, ['check'])).summary['behind'], 0);
});

databaseTest('--output writes the SQL to a file', newest, zoo, async (db) => {
  ends(await run(db, ['fix', '--dry-run', '-q', '-o', '/dev/null']), { code: 1 });
});

databaseTest('a script has an end, however far there is to step', newest, '', async (db) => {
  await db.query(`
    create table t (id bigserial primary key);
    insert into t select 4000000000000000000 + n from generate_series(1, 20) n`);
  const { code, stdout } = await run(db, ['fix', '-q', '--dry-run', '--method', 'step']);
  assert.deepEqual([code, stdout.match(/^begin/gm)?.length], [1, 1000]);
  assert.match(stdout, /\n-- and so on, 4000000000001 times in all: .+ --method lock\n$/);
});

databaseTest('nor off the progression of a sequence that was restarted between its steps', newest, '', async (db) => {
  await db.query(`
    create sequence s increment 10 cache 5;
    create table t (id bigint primary key default nextval('s'));
    insert into t values (101)`);
  const dry = await run(db, ['fix', '--dry-run', '-q', '--method', 'lock']);
  await db.query('alter sequence s restart with 5');
  await db.query(dry.stdout);
  assert.deepEqual(await db.query('select last_value, is_called from s'), [['5', 'f']]);
});
