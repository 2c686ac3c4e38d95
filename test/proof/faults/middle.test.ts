import assert from 'node:assert/strict';
import { check, fix, type MoveMethod, type Queryable } from '../../../src/index.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { amount, pick, seed } from '../../support/proof.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest } from '../../support/servers.ts';

// Somebody changes things in the middle of a fix: before its first transaction, before its second, and so on to its last, in
// a run of its own each; by `npm test` some of the changes, before two of them. `s.b` is what is changed, `public.z` what must be finished all the same, and `stranger` what must
// never be moved, whatever name it gets.

const begin = `
  drop schema if exists s, s2 cascade; drop table if exists z cascade; drop table if exists moved;
  drop sequence if exists stranger, b_id_seq;
  create schema s;
  create table s.b (id serial primary key, filler text); insert into s.b (id) values (5);
  create table z (id serial primary key); insert into z values (5);
  create sequence stranger maxvalue 77;`;

const changes: Readonly<Record<string, string>> = {
  'the table is dropped': 'drop table s.b',
  'the table is made anew': 'drop table s.b; create table s.b (id serial primary key)',
  'the table is made anew and is behind':
    'drop table s.b; create table s.b (id serial primary key); insert into s.b values (7)',
  'the table is renamed': 'alter table s.b rename to c',
  'the table is renamed, another takes its name': 'alter table s.b rename to c; create table s.b (id int, filler text)',
  'the table goes to another schema': 'alter table s.b set schema public; alter table public.b rename to moved',
  'the schema is renamed': 'alter schema s rename to s2',
  'the schema is renamed, another takes its name':
    'alter schema s rename to s2; create schema s; alter sequence stranger set schema s; alter sequence s.stranger rename to b_id_seq',
  'the schema is dropped': 'drop schema s cascade',
  'the column is renamed': 'alter table s.b rename id to number',
  'the column is dropped': 'alter table s.b drop id',
  'the column gets another type': 'alter table s.b alter id type numeric using id + 0.5',
  'the column becomes text': "alter table s.b alter id type text using 'n' || id",
  'the default is dropped': 'alter table s.b alter id drop default',
  'the sequence is renamed': 'alter sequence s.b_id_seq rename to renamed',
  'the sequence is renamed, another takes its name':
    'alter sequence s.b_id_seq rename to renamed; alter sequence stranger set schema s; alter sequence s.stranger rename to b_id_seq',
  'the sequence is dropped': 'alter table s.b alter id drop default; drop sequence s.b_id_seq',
  'the sequence is made anew':
    "alter table s.b alter id drop default; drop sequence s.b_id_seq; create sequence s.b_id_seq owned by s.b.id; alter table s.b alter id set default nextval('s.b_id_seq')",
  'the sequence is restarted': 'alter sequence s.b_id_seq restart with 2',
  'the sequence is restarted further on': 'alter sequence s.b_id_seq restart with 1000',
  'the sequence gets another increment': 'alter sequence s.b_id_seq increment 10',
  'the sequence turns round': 'alter sequence s.b_id_seq increment -1 minvalue -1000',
  'the sequence gets a narrow end': 'alter sequence s.b_id_seq maxvalue 4',
  'the sequence gets a cache': 'alter sequence s.b_id_seq cache 50',
  'the sequence becomes unowned': 'alter sequence s.b_id_seq owned by none',
  'the table is truncated': 'truncate s.b restart identity',
  'further ids are stored': 'insert into s.b (id) values (90)',
  'the sequence is set far': "select setval('s.b_id_seq', 500)",
};

/** The same session, but before its `at`th transaction something happens. Keeps the SQL of the transactions from there on. */
function interrupted(db: Queryable, at: number, happen: () => Promise<unknown>, later: string[]): Queryable {
  let n = 0;
  return {
    ...db,
    async transaction(statements, options) {
      if (++n === at) await happen();
      if (n >= at) later.push(statements.join(';\n'));
      return await db.transaction(statements, options);
    },
  };
}

/** All that a stranger is: its definition and where it stands. */
const strangerIs = `select seqincrement, seqmin, seqmax, seqcache, seqcycle, pg_sequence_last_value(seqrelid)
  from pg_sequence where seqmax = 77`;

/** How every sequence is defined: a fix moves, and defines nothing. */
const definitions =
  'select seqrelid, seqtypid, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle from pg_sequence order by 1';

/** Whether somebody would be given what is stored: every sequence is drawn from by an insert into each table that it feeds. */
const insertable = `select format('%s', c.oid::regclass) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.atthasdef
  where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 's', 's2') order by 1`;

/** How many transactions a fix takes that nobody disturbs. */
async function undisturbed(db: Database, pgseq: Queryable, method: MoveMethod): Promise<number> {
  await db.query(begin);
  const all: string[] = [];
  await fix(
    interrupted(pgseq, 1, () => Promise.resolve(), all),
    { method, wait: 0 },
  );
  return all.length;
}

async function once(db: Database, pgseq: Queryable, method: MoveMethod, change: string, at: number): Promise<boolean> {
  await db.query(begin);
  const later: string[] = [];
  let defined: unknown;
  const happen = async (): Promise<void> => {
    try {
      await db.query(change); // refused where the sequence stands beyond its new end
    } finally {
      defined = await db.query(definitions);
    }
  };
  const report = await fix(interrupted(pgseq, at, happen, later), { method, wait: 0, lockTimeout: 100 });
  if (later.length === 0) return false;
  assert.equal(report.stopped, undefined);
  assert.deepEqual(await db.query(definitions), defined, 'what others have defined was undone');
  assert.deepEqual(await db.query(strangerIs), [['1', '1', '77', '1', 'f', null]], 'the stranger was touched');
  const z = report.sequences.find(({ name }) => name === 'public.z_id_seq');
  assert.deepEqual([z?.action, z?.state, z?.next], ['moved', 'ok', 6n]);
  // What fix says of a sequence that it looked at after the change is what a check says then
  const truth = await check(pgseq);
  const told = new Map(report.sequences.map(({ name, state, action }) => [name, { state, action }]));
  if (later.some((sql) => sql.includes('"b"') && sql.includes('max(')))
    for (const { name, state } of truth.sequences) {
      const { state: said, action } = told.get(name) ?? { state: undefined, action: undefined };
      const isRight = said === state || action === 'failed' || said === 'unknown';
      assert.ok(isRight, `${name} is ${state}, but fix said ${said ?? 'nothing'}`);
    }
  const again = await fix(pgseq, { wait: 0 });
  assert.equal(again.stopped, undefined);
  for (const { name, action, error } of again.sequences)
    assert.notEqual(action, 'failed', `${name}: ${error?.message}`);
  const rest = await check(pgseq);
  assert.equal(rest.summary.behind + rest.summary.unknown, 0, JSON.stringify(rest.summary));
  if (rest.summary.exhausted === 0)
    for (const [table] of await db.query(insertable)) await db.query(`insert into ${table} default values`);
  return true;
}

for (const method of ['step', 'lock'] as const)
  databaseTest(`in the middle of a fix (${method})`, newest, '', async (db, t) => {
    let runs = 0;
    const failures: string[] = [];
    // What happens to tables alone does not tell one way of moving from the other
    const all = Object.entries(changes).filter(([name]) => method === 'step' || /sequence|schema/.test(name));
    const from = seed(t);
    const chosen = pick(from, all, method === 'step' ? 5 : 3);
    await withQueryable(db.url, async (pgseq) => {
      const transactions = await undisturbed(db, pgseq, method);
      for (const [i, [name, change]] of chosen.entries()) {
        // Beyond the last there is none, unless the change has led to more
        const points = Array.from({ length: amount(transactions, 80) - 2 }, (_, n) => n + 3);
        for (const at of pick(from + i, points, 2)) {
          try {
            if (!(await once(db, pgseq, method, change, at))) break;
            runs++;
          } catch (error) {
            failures.push(`${name}, before transaction ${at}: ${String(error)}`);
            assert.ok(at < 60, failures.join('\n'));
          }
        }
      }
    });
    t.diagnostic(`${runs} runs`);
    assert.equal(failures.join('\n'), '');
    assert.ok(runs >= amount(chosen.length * 2, 100));
  });
