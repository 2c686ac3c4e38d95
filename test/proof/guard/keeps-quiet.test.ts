import assert from 'node:assert/strict';
import type pg from 'pg';
import { type Database, databaseTest } from '../../support/database.ts';
import { messagesOf, withGuard } from '../../support/guard.ts';
import { servers } from '../../support/servers.ts';
import { rowsOf } from '../../support/session.ts';

// Never backward, never off the progression, and no error of its own: whatever is stored, and however a session is set.

const insert = 'insert into t (v) values (0) returning id';

async function text(on: pg.Client | Database, sql: string): Promise<string> {
  const rows = 'server' in on ? await on.query(sql) : await rowsOf(on, sql);
  return String(rows[0]?.[0]);
}

const noneLeft = /^pgseq guard on t: s has no value left beyond \d+$/;

/** A column, odd ids, what is told of them, and the id of the ordinary insert that follows. */
const values: readonly (readonly [
  column: string,
  values: string,
  warning: RegExp | null,
  next: string,
  since?: number,
])[] = [
  ['int', '(null), (3)', null, '4'],
  ['int', '(null)', null, '1'],
  ['int', '(0), (-2147483648)', null, '1'],
  ['int', '(2147483647), (5)', noneLeft, '6'],
  ['smallint', '(32767), (5)', noneLeft, '6'],
  ['bigint', '(9223372036854775807), (5)', noneLeft, '6'],
  ['bigint', '(-9223372036854775808)', null, '1'],
  ['numeric', `('NaN'), (5)`, null, '6'],
  ['numeric', `('infinity'), (5), ('-infinity')`, null, '6', 14],
  ['numeric', '(1e100), (5), (-1e100)', null, '6'],
  ['numeric', '(4.5), (4.000001)', null, '5'],
  ['numeric(10, 3)', '(1234.001)', null, '1235.000'],
  ['numeric(3)', '(999), (5)', noneLeft, '6'],
  ['numeric(4, 2)', '(99.5), (5)', null, '6.00'],
  ['float8', `('NaN'), (5), ('infinity'), ('-infinity'), (1e300)`, null, '6'],
  ['float8', '(8.5)', null, '9'],
  // Rounded before it is looked at: one value is left out
  ['float8', '(7.5)', null, '9'],
  ['float4', `('NaN'), (5), (1e30)`, null, '6'],
  ['float8', `('NaN')`, null, '1'],
  // Below the first value of the sequence, where it would have to go back
  ['int', '(-5)', null, '1'],
];

databaseTest('whatever is stored', servers, '', async (db) => {
  await withGuard(db, []);
  for (const [column, stored, warning, next, since = 0] of values) {
    if (since > db.server.major) continue;
    const name = `${column} ${stored}`;
    await db.query(`drop table if exists t cascade; drop sequence if exists s; create sequence s;
      create table t (id ${column} default nextval('s'), v int)`);
    await withGuard(db, [['t', 'id']], { maxJump: 100 });
    const session = await db.connect();
    const heard = messagesOf(session);
    await session.query(`insert into t values ${stored.replaceAll(/\)/g, ', 1)')}`);
    assert.equal(await text(session, insert), next, name);
    if (warning === null) assert.deepEqual(heard, [], name);
    else assert.match(heard.join('\n'), warning, name);
  }
});

/** A sequence at its end, or without one: what PostgreSQL itself says of ordinary inserts stays, and nothing is added. */
databaseTest('sequences that are exhausted, or cycle', servers, '', async (db) => {
  await withGuard(db, []);
  for (const [options, act, position, next] of [
    ['maxvalue 10', 'insert into t values (8)', '8 t', '9'],
    ['maxvalue 10', 'insert into t values (9)', '9 t', '10'],
    // Nothing would be left beyond it, and what is left is all the same to who comes after
    ['maxvalue 10', 'insert into t values (10)', '1 f', '1'],
    ['maxvalue 10', 'insert into t values (11), (400)', '1 f', '1'],
    ['maxvalue 10', 'insert into t values (11), (4)', '4 t', '5'],
    ['maxvalue 10 increment 4', 'insert into t values (8)', '5 t', '9'],
    [
      'maxvalue 10',
      'insert into t select from generate_series(1, 10); insert into t values (5), (10), (12)',
      '10 t',
      'error',
    ],
    ['minvalue -10 increment -1', 'insert into t values (-9)', '-9 t', '-10'],
    ['minvalue -10 increment -1', 'insert into t values (-11), (-4)', '-4 t', '-5'],
    ['maxvalue 10 cycle', 'insert into t values (7), (20)', '1 f', '1'],
    ['maxvalue 10 cycle', 'insert into t select from generate_series(1, 10); insert into t values (7)', '10 t', '1'],
    ['cycle', 'insert into t values (7)', '7 t', '8'],
    // A ring of 65,536 values is reused by design; with one more it is kept ahead, up to its end
    ['minvalue 1 maxvalue 65536 cycle', 'insert into t values (7)', '1 f', '1'],
    ['minvalue 1 maxvalue 65537 cycle', 'insert into t values (7)', '7 t', '8'],
    ['increment -2 maxvalue 0 minvalue -131072 start 0 cycle', 'insert into t values (-8)', '-8 t', '-10'],
  ] as const) {
    await db.query(`drop table if exists t; drop sequence if exists s; create sequence s ${options};
      create table t (id bigint default nextval('s'), v int)`);
    await withGuard(db, [['t', 'id']], { maxJump: 100 });
    const name = `${options}: ${act}`;
    await db.query(act);
    const at = await text(db, `select last_value || ' ' || left(is_called::text, 1) from s`);
    assert.equal(at, position, name);
    const got = await text(db, insert).catch((error: { code: string }) =>
      error.code === '2200H' ? 'error' : error.code,
    );
    assert.equal(got, next, name);
  }
});

databaseTest('a statement that waits for the sequence can be cancelled', servers, '', async (db) => {
  await db.query('create table t (id serial primary key, v int)');
  await withGuard(db, [['t', 'id']]);
  const [holder, session] = [await db.connect(), await db.connect()];
  await text(session, insert);
  for (const far of [5, 5_000_000]) {
    await holder.query('begin; alter sequence t_id_seq cache 1');
    await assert.rejects(session.query(`set statement_timeout = 200; insert into t values (${far})`), {
      code: '57014',
    });
    await assert.rejects(
      session.query(`set lock_timeout = 100; set statement_timeout = 0; select nextval('t_id_seq')`),
    );
    await holder.query('commit');
    await session.query('reset lock_timeout');
    assert.equal(await text(session, `insert into t values (${far}); ${insert}`), String(far + 1));
  }
  assert.equal(await text(db, `select count(*) from pg_locks where locktype = 'advisory'`), '0');
});

databaseTest('every isolation level, savepoints, prepared transactions', servers, '', async (db) => {
  await db.query('create table t (id serial primary key, v int)');
  await withGuard(db, [['t', 'id']]);
  const [session, other] = [await db.connect(), await db.connect()];
  const heard = messagesOf(session);
  let last = 0;
  /** A row ten or three million beyond, in a transaction that others insert beside. */
  const goesOn = async (name: string, before: string, ...after: string[]): Promise<void> => {
    for (const gap of [10, 3_000_000]) {
      await session.query(before);
      const beside = Number(await text(other, insert));
      assert.ok(beside > last, name);
      const far = last + gap;
      await session.query(`insert into t values (${far})`);
      // Before it has ended: nobody else sees the row, and it will be there
      last = Number(await text(other, insert));
      assert.equal(last, far + 1, name);
      for (const sql of after) await session.query(sql);
      last = Number(await text(session, insert));
      assert.equal(last, far + 2, name);
    }
  };
  for (const level of ['read committed', 'repeatable read', 'serializable']) {
    await goesOn(level, `begin isolation level ${level}; select count(*) from t`, 'commit');
    await goesOn(`${level}, rolled back`, `begin isolation level ${level}; select count(*) from t`, 'rollback');
  }
  await goesOn('a savepoint', 'begin; savepoint a', 'rollback to a; commit');
  await goesOn('a savepoint that is released', 'begin; savepoint a', 'release a; commit');
  const [prepare, finish] = [`prepare transaction '${db.name}'`, `prepared '${db.name}'`];
  await goesOn('prepared', 'begin', prepare, `commit ${finish}`);
  await goesOn('prepared and rolled back', 'begin', prepare, `rollback ${finish}`);
  await goesOn('a cursor', 'begin; declare c cursor with hold for select * from t; fetch 1 from c', 'commit; close c');

  // Two serializable transactions that have nothing to do with each other
  await session.query(`begin isolation level serializable; insert into t values (${last + 5})`);
  await other.query(`begin isolation level serializable; insert into t values (${last + 9})`);
  await session.query('commit');
  await other.query('commit');
  assert.deepEqual(heard, []);
});
