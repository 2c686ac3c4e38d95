import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectOf, isRepeatable, isWrite, names } from '../../src/heal/statement.ts';

test('what a statement does to its transaction', () => {
  const effects = {
    begins: [
      'begin',
      'BEGIN;',
      ' start transaction isolation level serializable',
      '/* app */ begin',
      '-- x\nbegin read only',
    ],
    ends: [
      'commit',
      'COMMIT;',
      'end',
      'rollback',
      'abort',
      'rollback work',
      "prepare transaction 'x'",
      'commit and chain',
    ],
    settles: [
      "set local app.user = '1'",
      'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
      'set constraints all deferred',
    ],
    works: [
      'select 1',
      'insert into t values (1)',
      'rollback to savepoint a',
      'ROLLBACK TO a',
      'rollback work to a',
      'savepoint a',
      'set session characteristics as transaction read only',
      "insert into t values ('a; b')",
      'insert into t values (1); insert into t values (2)',
    ],
    unclear: ['insert into t values (1); commit', 'begin; insert into t values (1); commit', 'set local x = 1; begin'],
  };
  for (const [effect, statements] of Object.entries(effects))
    for (const sql of statements) assert.equal(effectOf(sql), effect, sql);
});

test('what may be run a second time, and what a savepoint is worth', () => {
  for (const sql of [
    'insert into t default values',
    'WITH x as (select 1) insert into t select 1',
    '/* a */ merge into t using s on true when not matched then do nothing',
    'update t set id = 1',
    'select add_user()',
  ])
    assert.ok(isRepeatable(sql), sql);
  for (const sql of [
    'call work()',
    'do $$ begin end $$',
    'commit',
    'copy t from stdin',
    'insert into t values (1); commit',
    'create unique index on t (a)',
  ])
    assert.ok(!isRepeatable(sql), sql);
  assert.ok(isWrite('insert into t default values') && isWrite('with x as (select 1) insert into t select 1'));
  assert.ok(!isWrite('select 1') && !isWrite('update t set a = 1'));
});

test('whether a statement names a value', () => {
  const drawn = [
    { sql: 'insert into t (name) values ($1)', values: ['Ada'] },
    { sql: 'insert into "t" ("id", "name") values (default, $1)', values: ['15'] },
    { sql: 'insert into t (name) values ($1)', values: [{ deep: [51n] }] },
  ];
  const given = [
    { sql: 'insert into t (id) values ($1)', values: ['5'] },
    { sql: 'insert into t (id) values ($1)', values: [5n] },
    { sql: 'insert into t (id) values ($1)', values: [5] },
    { sql: 'insert into t (id) values (5)' },
    { sql: "insert into t (id) values ('5')" },
    { sql: 'insert into t select * from other' },
    { sql: 'update t set id = id + 1' },
    { sql: 'insert into t select * from jsonb_to_recordset($1)', values: ['[]'] },
    { sql: 'insert into t (doc) values ($1)', values: [[{ id: 5 }]] },
  ];
  for (const statement of drawn) assert.ok(!names(statement, '5'), statement.sql);
  for (const statement of given) assert.ok(names(statement, '5'), statement.sql);
});
