import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { check } from '../../../src/core/check.ts';
import { fix } from '../../../src/core/fix.ts';
import { connect } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import type { Queryable } from '../../../src/pg/queryable.ts';
import { session } from '../../../src/pg/connection/session.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { servers } from '../../support/servers.ts';
import { mallory } from './mallory.ts';
import { vectors } from './vectors.ts';

// What is planted between the look at the catalogs and the read or the move, which come later and in another transaction.

const table = `create table shop.t (id serial primary key, name text); insert into shop.t (id) values (1), (2), (5);`;
const parted = `create table shop.t (id serial, name text) partition by list (name);
  create table shop.t_all partition of shop.t for values in ('a'); insert into shop.t values (5, 'a');`;

interface Swap {
  readonly name: string;
  readonly before: string;
  readonly planted: string;
  /** What people paste, for which it would have been planted as well. */
  readonly naive: string;
  /** What is said of the sequence: unknown unless told. What was renamed is read by its new name. */
  readonly state?: string;
  readonly since?: number;
  readonly until?: number;
}

const max = 'select max(id) from shop.t';
const swaps: readonly Swap[] = [
  { name: 'an index', before: table, planted: "create index on shop.t ((shop.evil('loot')))", naive: max },
  {
    name: 'statistics',
    before: table,
    planted: "create statistics shop.st on (id + shop.evil('loot')), name from shop.t",
    naive: max,
    since: 14,
  },
  {
    name: 'a view in place of the table',
    state: 'behind',
    before: table,
    planted:
      "alter table shop.t rename to kept; create view shop.t as select shop.evil('loot') as id, 'a'::text as name",
    naive: max,
  },
  {
    name: 'a rule that makes the table a view',
    state: 'behind',
    // Only an empty table can become a view
    before: `create sequence shop.s; create table shop.t (id int); alter table shop.t alter id set default nextval('shop.s');
      create table shop.full (id int default nextval('shop.s')); insert into shop.full values (5)`,
    planted: `alter table shop.t alter id drop default;
      create rule "_RETURN" as on select to shop.t do instead select shop.evil('loot') as id`,
    naive: max,
    until: 15,
  },
  {
    name: 'another table in place of the table',
    state: 'behind',
    before: table,
    planted: `alter table shop.t rename to kept; create table shop.t (id int, name text); create index on shop.t ((shop.evil('loot')))`,
    naive: max,
  },
  {
    name: 'a partition',
    before: parted,
    planted: `create table shop.more partition of shop.t for values in ('b'); create index on shop.more ((shop.evil('loot')))`,
    naive: max,
  },
  {
    name: 'an index of a partition',
    before: parted,
    planted: "create index on shop.t_all ((shop.evil('loot')))",
    naive: max,
  },
  {
    name: 'a view in place of the sequence',
    state: 'behind',
    before: table,
    planted: `alter sequence shop.t_id_seq rename to kept;
      create view shop.t_id_seq as select 1::bigint as last_value, shop.evil('loot') = 1 as is_called, 1::oid as tableoid`,
    naive: 'select is_called from shop.t_id_seq',
  },
  {
    name: 'a table in place of the sequence',
    state: 'behind',
    before: table,
    planted: `alter sequence shop.t_id_seq rename to kept; create table shop.t_id_seq (last_value bigint, is_called bool);
      create index on shop.t_id_seq ((shop.evil('loot')))`,
    naive: 'select last_value from shop.t_id_seq',
  },
];

/** A session that, right before its first transaction of such statements, lets somebody else go first. */
function interrupted(
  db: Queryable,
  when: (statements: readonly string[]) => boolean,
  work: () => Promise<unknown>,
): Queryable & { reached: boolean } {
  const state = {
    host: db.host,
    port: db.port,
    reached: false,
    transaction: async (...[statements, options]: Parameters<Queryable['transaction']>) => {
      if (!state.reached && when(statements)) {
        state.reached = true;
        await work();
      }
      return db.transaction(statements, options);
    },
  };
  return state;
}

async function opened(db: Database, t: TestContext): Promise<Queryable> {
  const connection = await connect(readConninfo({ conninfo: db.url, env: {} }));
  t.after(() => connection.end());
  return session(connection);
}

const reads = (statements: readonly string[]): boolean =>
  statements.some((sql) => sql.startsWith('select (select') && sql.includes('"shop"."t"'));
const moves = (statements: readonly string[]): boolean =>
  statements.some((sql) => /pg_catalog\.(nextval|setval)\(/.test(sql));

/** The first read after a move: fix looks again when it has waited. */
function verifies(): typeof reads {
  let moved = false;
  return (statements) => {
    moved ||= moves(statements);
    return moved && reads(statements);
  };
}

for (const { name, before, planted, naive, state = 'unknown', since = 0, until = 99 } of swaps) {
  const on = servers.filter(({ major }) => major >= since && major <= until);
  databaseTest(`check: ${name}, planted after the survey`, on, '', async (db, t) => {
    const { session: attacker, loot } = await mallory(db, t);
    await attacker.query(before);
    const pgseq = interrupted(await opened(db, t), reads, () => attacker.query(planted));
    const { sequences } = await check(pgseq);
    assert.ok(pgseq.reached);
    assert.deepEqual(loot(), []);
    assert.deepEqual(
      sequences.map((sequence) => sequence.state),
      [state],
    );
    await db.query(naive);
    assert.deepEqual(loot(), ['loot as postgres']);
  });

  databaseTest(`fix: ${name}, planted while it waits`, on, '', async (db, t) => {
    const { session: attacker, loot } = await mallory(db, t);
    await attacker.query(before);
    const pgseq = interrupted(await opened(db, t), verifies(), () => attacker.query(planted));
    await fix(pgseq, { wait: 0 });
    assert.ok(pgseq.reached);
    assert.deepEqual(loot(), []);
    await db.query(naive);
    assert.deepEqual(loot(), ['loot as postgres']);
  });
}

const bare = vectors.find(({ via }) => via === 'bare name');
const walks = (statements: readonly string[]): boolean =>
  statements.some((sql) => sql.includes("set_config('search_path'"));

for (const [where, place] of [
  ['a schema of the search_path', (sql: string) => sql],
  // Like "$user", which names a schema that is not there
  [
    'a schema that the search_path names',
    (sql: string) => `create schema postgres; ${sql.replaceAll('public.', 'postgres.')}`,
  ],
] as const)
  databaseTest(`a bare name: planted in ${where} when nobody had yet`, servers, '', async (db, t) => {
    const { role, session: attacker, loot } = await mallory(db, t);
    await db.query(`${bare?.ours}; reset all; grant create on database ${db.name} to ${role}`);
    const pgseq = interrupted(await opened(db, t), walks, () => attacker.query(place(bare?.planted ?? '')));
    const { sequences } = await check(pgseq);
    assert.ok(pgseq.reached);
    assert.deepEqual(loot(), []);
    assert.deepEqual(
      sequences.map(({ state }) => state),
      ['unknown'],
    );
    await db.query(bare?.naive ?? '');
    assert.deepEqual(loot(), ['bare name as postgres']);
  });

const another = `alter sequence shop.t_id_seq rename to kept; create sequence shop.t_id_seq cache 7`;

for (const method of ['step', 'lock'] as const) {
  for (const { name, planted, naive } of swaps.filter((swap) => swap.name.endsWith('of the sequence')))
    databaseTest(`${method}: ${name}, planted before the move`, servers, '', async (db, t) => {
      const { session: attacker, loot } = await mallory(db, t);
      await attacker.query(table);
      const pgseq = interrupted(await opened(db, t), moves, () => attacker.query(planted));
      const { sequences } = await fix(pgseq, { method, wait: 0 });
      assert.ok(pgseq.reached);
      assert.deepEqual(loot(), []);
      assert.deepEqual(
        sequences.map(({ action }) => action),
        ['failed'],
      );
      await db.query(naive);
      assert.deepEqual(loot(), ['loot as postgres']);
    });

  databaseTest(`${method}: another sequence by the same name is not touched`, servers, '', async (db, t) => {
    const { session: attacker } = await mallory(db, t);
    await attacker.query(table);
    const pgseq = interrupted(await opened(db, t), moves, () => attacker.query(another));
    const { sequences } = await fix(pgseq, { method, wait: 0 });
    assert.ok(pgseq.reached);
    assert.deepEqual(
      sequences.map(({ action, error }) => [action, error?.message]),
      [['failed', 'shop.t_id_seq was altered, dropped or recreated in the meantime']],
    );
    assert.deepEqual(
      await db.query(
        'select s.last_value, s.is_called, q.seqcache from shop.t_id_seq s join pg_sequence q on q.seqrelid = s.tableoid',
      ),
      [['1', 'f', '7']],
    );
  });

  for (const { name, planted, naive } of swaps.filter((swap) => swap.name.endsWith('of the sequence')))
    databaseTest(`${method}: ${name}, planted before the printed SQL is run`, servers, '', async (db, t) => {
      const { session: attacker, loot } = await mallory(db, t);
      await attacker.query(table);
      const pgseq = await opened(db, t);
      const { script } = await fix(pgseq, { method, dryRun: true });
      const { findings } = await check(pgseq);
      await attacker.query(planted);
      for (const sql of [script, findings.find(({ rule }) => rule === 'behind')?.fix]) {
        await assert.rejects(db.query(sql ?? ''), { code: '42809' }); // wrong_object_type
        await db.query('rollback');
      }
      assert.deepEqual(loot(), []);
      await db.query(naive);
      assert.deepEqual(loot(), ['loot as postgres']);
    });
}
