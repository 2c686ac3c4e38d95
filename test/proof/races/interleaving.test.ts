import assert from 'node:assert/strict';
import type pg from 'pg';
import { inspect } from '../../../src/core/inspect.ts';
import { lockStatements, stepStatements } from '../../../src/core/move/statements.ts';
import { until } from '../../commands/support.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { withQueryable } from '../../support/queryable.ts';
import { servers } from '../../support/servers.ts';

// "Only if behind", and "to the greater of both", look first and set then. Two sessions, step by step: others draw between the look and the setting.

/** The ids reach 30 and the sequence stands before them. */
const behind = (cache: number): string =>
  `create table t (id serial primary key); alter sequence t_id_seq cache ${cache};
   insert into t select generate_series(1, 30)`;

/** Others pass what the look saw: they draw what is taken, and store the row after it, 31. */
const passed = "select nextval('t_id_seq') from generate_series(1, 30); insert into t default values";

/** What is sent to the server once it is known how far the ids reach. */
type Mover = (db: Database) => Promise<readonly string[]>;

const naive: Readonly<Record<string, Mover>> = {
  'the look, then setval if it is behind': async (db) => {
    const [row] = await db.query('select max(id), max(id) > (select last_value from t_id_seq) from t');
    return row?.[1] === 't' ? [`select setval('t_id_seq', ${row[0]})`] : [];
  },
  'setval only if behind, in one statement': () =>
    Promise.resolve([
      "select setval('t_id_seq', m) from (select max(id) as m from t) x, t_id_seq s where m > s.last_value",
    ]),
  'setval to the greater of both, in one statement': () =>
    Promise.resolve([
      "select setval('t_id_seq', greatest((select max(id) from t), (select last_value from t_id_seq)))",
    ]),
};

const ours: Readonly<Record<string, Mover>> = {
  step: async (db) => {
    const { sequence, target } = await looked(db);
    return ['begin', ...stepStatements(sequence, target), 'commit'];
  },
  lock: async (db) => {
    const { sequence, target } = await looked(db);
    return ['begin', ...lockStatements(sequence, target), 'commit'];
  },
};

/** What pgseq sees, and where it will move the sequence to. */
async function looked(db: Database) {
  return await withQueryable(db.url, async (pgseq) => {
    const { scope, assess: look } = await inspect(pgseq, {});
    const [one] = await look(scope.sequences, 0n, 'measure');
    assert.equal(one?.judgement.target, 31n);
    return { sequence: one.sequence, target: one.judgement.target };
  });
}

/** Others draw after the look and before the mover's statements are sent. */
async function between(db: Database, mover: Mover): Promise<void> {
  const statements = await mover(db);
  await db.query(passed);
  const client = await db.connect();
  for (const statement of statements) await client.query(statement);
}

/**
 * Others draw while the mover's statement is under way: it has read where the sequence stands, and waits for it, because
 * somebody has altered it. What they drew is there when it goes on.
 */
async function within(db: Database, mover: Mover): Promise<void> {
  const statements = await mover(db);
  const other = await db.connect();
  await other.query('begin; alter sequence t_id_seq owned by t.id');
  const client = await db.connect();
  const moving = client.query(statements.join('; '));
  await until(() => isWaiting(db, client));
  await other.query(`${passed}; commit`);
  await moving;
}

async function isWaiting(db: Database, client: pg.Client): Promise<boolean> {
  const pid = (client as pg.Client & { processID: number }).processID;
  return (await db.query(`select from pg_locks where pid = ${pid} and not granted`)).length > 0;
}

for (const cache of [1, 20]) {
  for (const [when, interleaving, wrongs] of [
    ['between the look and the move', between, ['the look, then setval if it is behind']],
    [
      'within the statement',
      within,
      ['setval only if behind, in one statement', 'setval to the greater of both, in one statement'],
    ],
  ] as const) {
    for (const wrong of wrongs)
      databaseTest(`CACHE ${cache}, others draw ${when}: ${wrong}`, servers, behind(cache), async (db) => {
        await interleaving(db, naive[wrong] as Mover);
        const fresh = await db.connect();
        await assert.rejects(fresh.query('insert into t default values'), { detail: 'Key (id)=(31) already exists.' });
      });
    for (const [method, mover] of Object.entries(ours))
      databaseTest(`CACHE ${cache}, others draw ${when}: pgseq, ${method}`, servers, behind(cache), async (db) => {
        await interleaving(db, mover);
        const fresh = await db.connect();
        const { rows } = await fresh.query<{ id: number }>('insert into t default values returning id');
        assert.ok((rows[0]?.id ?? 0) > 31);
      });
  }
}
