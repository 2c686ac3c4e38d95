import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fix, type MoveMethod, type Queryable } from '../../../src/index.ts';
import { blocked, goesOn, until } from '../../commands/support.ts';
import { type Database, databaseTest, withDatabase } from '../../support/database.ts';
import { amount, chance, isProof, pick, seed } from '../../support/proof.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest } from '../../support/servers.ts';
import { write, type Written } from './writer.ts';

// kill -9 at random moments, a hundred times during check and a hundred times during fix, by `npm test` a few times each:
// nothing has gone backward, nothing is left of the process on the server, and a second run finishes.

/** So many sequences that pgseq opens a second connection; these of them fall behind in each round, one very far. */
const small = 150;
const names = [...Array.from({ length: 20 }, (_, i) => `t${i}`), 'far', 'written'];
const setup = `do $$ begin for i in 0..${small - 1} loop execute format('create table t%s (id bigserial primary key, imported boolean not null default false)', i); end loop; end $$;
  create table far (id bigserial primary key, imported boolean not null default false);
  create table written (id bigserial primary key, imported boolean not null default false);`;

/** Explicit ids ahead of every sequence, somewhat further in each round. */
const importMore = `do $$ declare t text; begin foreach t in array '{${names.join(',')}}'::text[] loop
  execute format('insert into %I (id, imported) select last_value + case %L when ''far'' then 200000 else 3 + (random() * 20)::int end, true from %I on conflict do nothing', t, t, t || '_id_seq'); end loop; end $$`;

const insertEverywhere = `do $$ declare t text; begin foreach t in array '{${names.join(',')}}'::text[] loop
  execute format('insert into %I default values', t); end loop; end $$`;

const standings = names
  .map((name) => `select '${name}', last_value - 1 + is_called::int, (select max(id) from ${name}) from ${name}_id_seq`)
  .join(' union all ');

interface Standing {
  /** How far the sequence has been drawn, and how far fix would move it. */
  readonly drawn: number;
  readonly furthest: number;
}

async function stand(db: Database): Promise<Map<string, Standing>> {
  const rows = await db.query(standings);
  return new Map(
    rows.map(([name, drawn, furthest]) => [name ?? '', { drawn: Number(drawn), furthest: Number(furthest) }]),
  );
}

const backends = "select from pg_stat_activity where datname = current_database() and application_name = 'pgseq'";

/** Locks of anybody on tables and sequences of ours; and what would outlive a session. */
const leftovers = `select 'lock', l.mode from pg_locks l join pg_stat_activity a using (pid)
    where l.database = (select oid from pg_database where datname = current_database()) and a.application_name = 'pgseq'
  union all select 'prepared', gid from pg_prepared_xacts where database = current_database()
  union all select 'advisory', mode from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
  union all select 'object', relname from pg_class where relpersistence = 't' or relnamespace::regnamespace::text !~ '^(pg_catalog|pg_toast|information_schema|public)$'`;

async function isGone(db: Database): Promise<void> {
  await until(async () => (await db.query(backends)).length === 0);
  assert.deepEqual(await db.query(leftovers), []);
}

/** Runs pgseq and kills it at a moment of its work. Returns whether it was killed before it had ended. */
async function kill(args: readonly string[], from: RegExp, longest: { is: number }, chance: number): Promise<boolean> {
  const { child, result, output } = spawnPgseq(args);
  await output(from);
  const begun = performance.now();
  const timer = setTimeout(() => child.kill('SIGKILL'), longest.is * chance);
  const { signal } = await result;
  clearTimeout(timer);
  if (signal === 'SIGKILL') return true;
  longest.is = performance.now() - begun; // how long it takes from there on when nobody kills it
  return false;
}

interface Tally {
  check: number;
  fix: number;
  /** Kills of fix when some sequences had been moved and others had not. */
  betweenMoves: number;
}

async function round(
  db: Database,
  pgseq: Queryable,
  command: 'check' | 'fix',
  method: MoveMethod,
  random: () => number,
  longest: { is: number },
  tally: Tally,
  hasWriter: boolean,
): Promise<void> {
  await db.query(importMore);
  const before = await stand(db);
  const args = command === 'check' ? [command, db.url] : [command, '--method', method, db.url];
  const wasKilled = await kill(args, command === 'check' ? /superuser/ : /moving \d+/, longest, random());
  await isGone(db);
  const after = await stand(db);
  let moved = 0;
  for (const [name, { drawn, furthest }] of before) {
    const now = after.get(name)?.drawn ?? 0;
    assert.ok(now >= drawn, `${name} went from ${drawn} back to ${now}`);
    if (name === 'written' && hasWriter) continue;
    if (command === 'check') assert.equal(now, drawn, `${name} was moved by check`);
    assert.ok(now <= furthest, `${name} went from ${drawn} to ${now}, beyond ${furthest}`);
    if (now === furthest) moved++;
  }
  if (wasKilled) tally[command]++;
  if (wasKilled && moved > 0 && moved < names.length - 1) tally.betweenMoves++;
  const second = await fix(pgseq, { wait: 0 });
  assert.deepEqual([second.stopped, second.sequences.filter(({ error }) => error !== null)], [undefined, []]);
  assert.equal(second.summary.behind, 0);
  await db.query(insertEverywhere);
}

/** How many times each command is killed in a course; and the courses: how fix moves, and whether somebody inserts meanwhile. */
const kills = amount(2, 25);
/** Milliseconds that a command is expected to take until one has come to its end, so that the first run is not killed: it tells how long. */
const atFirst = amount(250, 60_000);
const courses = [
  ['step', false],
  ['lock', false],
  ['step', true],
  ['lock', true],
] as const;

test(`kill -9 at random moments (${newest.name})`, async (t) => {
  const from = seed(t);
  const tally: Tally = { check: 0, fix: 0, betweenMoves: 0 };
  let written = 0;
  const course = async (method: MoveMethod, hasWriter: boolean): Promise<void> => {
    const title = `kill ${method} ${hasWriter}`;
    let drawn = 0;
    const random = (): number => chance(from, `${title} ${drawn++}`) * 0.95;
    await withDatabase(newest, title, setup, async (db) => {
      await withQueryable(`${db.url}?application_name=second`, async (pgseq) => {
        const writing: { isOver: boolean; writer?: Promise<Written> } = { isOver: false };
        if (hasWriter) writing.writer = write(await db.connect(), 'written', writing);
        try {
          for (const command of ['check', 'fix'] as const) {
            const longest = { is: atFirst };
            const mine = { check: 0, fix: 0, betweenMoves: 0 };
            while (mine[command] < kills) await round(db, pgseq, command, method, random, longest, mine, hasWriter);
            tally[command] += mine[command];
            tally.betweenMoves += mine.betweenMoves;
          }
        } finally {
          writing.isOver = true;
        }
        const result = await writing.writer;
        if (result === undefined) return;
        assert.equal(await result.handedOutTwice(db), 0);
        assert.ok(result.inserted > 0);
        written += result.inserted;
      });
    });
  };
  const chosen = pick(from, courses, 1);
  await Promise.all(chosen.map(([method, hasWriter]) => course(method, hasWriter)));
  t.diagnostic(
    `killed: ${tally.check} check, ${tally.fix} fix, ${tally.betweenMoves} of them between moves; ${written} inserts meanwhile`,
  );
  assert.ok(tally.check >= chosen.length * kills && tally.fix >= chosen.length * kills);
  // By `npm test` what follows is killed between two moves, surely
  if (isProof) assert.ok(tally.betweenMoves > 0);
});

databaseTest('kill -9 in the middle of a long step', newest, '', async (db) => {
  await db.query('create table t (id bigserial primary key); insert into t values (30000000)');
  const { child, result } = spawnPgseq(['fix', '-q', '--method', 'step', db.url]);
  await until(async () => Number((await db.query('select last_value from t_id_seq'))[0]?.[0]) > 1_000_000);
  child.kill('SIGKILL');
  await result;
  await isGone(db);
  const [[drawn] = []] = await db.query('select last_value from t_id_seq');
  assert.ok(Number(drawn) < 30_000_000, 'it had ended before it was killed');
  await withQueryable(db.url, (pgseq) => fix(pgseq));
  assert.deepEqual(await db.query('insert into t default values returning id'), [['30000001']]);
});

const isBlocked = (db: Database): Promise<void> => blocked(db);

for (const [what, args, hold, waits, moved] of [
  ['while fix waits between two moves', ['fix', '--method', 'step'], 'alter sequence t_id_seq cache 1', isBlocked, '5'],
  ['while fix waits for open transactions', ['fix'], 'insert into t values (9)', isWaiting, '5'],
  ['while check waits for a table', ['check'], 'lock table t in access exclusive mode', isBlocked, '1'],
] as const)
  databaseTest(`kill -9 ${what}`, newest, '', async (db) => {
    await db.query(`create table a (id bigserial primary key); insert into a values (5);
      create table t (id bigserial primary key); insert into t values (5)`);
    const other = await db.connect();
    await other.query(`begin; ${hold}`);
    const { child, result } = spawnPgseq([...args, '-q', db.url]);
    await waits(db);
    child.kill('SIGKILL');
    assert.equal((await result).signal, 'SIGKILL');
    await isGone(db);
    assert.deepEqual(await db.query('select last_value from a_id_seq'), [[moved]]);
    await other.query('rollback');
    const { sequences } = await withQueryable(db.url, (pgseq) => fix(pgseq));
    assert.deepEqual(
      sequences.map(({ state }) => state),
      ['ok', 'ok'],
    );
    for (const table of ['a', 't'])
      assert.deepEqual(await db.query(`insert into ${table} default values returning id`), [['6']]);
  });

/** Both have been moved, and it asks again and again whether the other transaction has ended. */
async function isWaiting(db: Database): Promise<void> {
  await until(async () => (await db.query('select from t_id_seq where last_value = 5')).length === 1);
  await goesOn(db, 3);
}
