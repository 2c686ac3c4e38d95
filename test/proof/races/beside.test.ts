import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { only, report, until } from '../../commands/support.ts';
import { databaseTest } from '../../support/database.ts';
import { amount, pick, seed } from '../../support/proof.ts';
import { startPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { type Beside, raceOurs } from './racers.ts';
import type { MoveMethod } from '../../../src/core/model/report.ts';

// The race once more, by `npm test` some of it, beside what production has: what forbids DDL, forgotten transactions, dumps, replication.

const least = { inserts: amount(150, 500), moves: amount(2, 4) };

/** What goes on beside, how fix is asked to move, and how it moves then. */
const scenes: Readonly<
  Record<
    string,
    { readonly beside: Beside; readonly cache?: number; readonly ways: Readonly<Record<string, MoveMethod>> }
  >
> = {
  'an event trigger that forbids DDL': {
    async beside(db) {
      await db.query(`create function no() returns event_trigger language plpgsql as 'begin raise exception $$no DDL today$$; end';
        create event trigger no on ddl_command_start execute function no()`);
      return () => db.query('drop event trigger no');
    },
    cache: 20,
    ways: { step: 'step', auto: 'step' },
  },
  'a transaction that is idle with the table': {
    beside: idle('insert into race (id, imported) values (-1, true)'),
    ways: { step: 'step', lock: 'lock' },
  },
  'a transaction that is idle with the sequence': {
    beside: idle("select nextval('race_id_seq')"),
    ways: { step: 'step' },
  },
  'a prepared transaction with both': {
    async beside(db) {
      await db.query(`begin; insert into race default values; prepare transaction 'both in ${db.name}'`);
      return () => db.query(`commit prepared 'both in ${db.name}'`);
    },
    ways: { step: 'step' },
  },
  'one dump after the other': {
    beside: again(async (query, major) => {
      for (const sql of begunDump(major, 'race')) await query(sql);
      await query('select max(id) from race');
      await sleep(20);
      await query('commit');
      await sleep(20);
    }),
    ways: { step: 'step', lock: 'lock' },
  },
};

/** How a session of pg_dump begins: its snapshot, its locks, and where the sequences stand, in the words of that major. */
function begunDump(major: number, table: string): string[] {
  return [
    `begin isolation level repeatable read, read only; lock table ${table} in access share mode`,
    major >= 18 ? `select * from pg_get_sequence_data('${table}_id_seq')` : `select * from ${table}_id_seq`,
  ];
}

/** A session in a transaction that has done something and does nothing more. */
function idle(sql: string): Beside {
  return async (db) => {
    const client = await db.connect();
    await client.query(`begin; ${sql}`);
    return () => client.query('rollback');
  };
}

/** A session that does the same again and again. */
function again(work: (query: (sql: string) => Promise<unknown>, major: number) => Promise<void>): Beside {
  return async (db) => {
    const client = await db.connect();
    const over = new AbortController();
    const working = (async () => {
      while (!over.signal.aborted) {
        try {
          await work((sql) => client.query(sql), db.server.major);
        } catch (error) {
          // A reader of the sequence whose file was replaced that moment
          if ((error as { code?: string }).code !== 'XX001') throw error;
          await client.query('rollback');
        }
      }
    })();
    return async () => {
      over.abort();
      await working;
    };
  };
}

const all = Object.entries(scenes).flatMap(([name, { beside, cache = 1, ways }]) =>
  (Object.entries(ways) as [MoveMethod | 'auto', MoveMethod][]).map(([method, by]) => ({
    name,
    beside,
    cache,
    method,
    by,
  })),
);
for (const { name, beside, cache, method, by } of pick(seed(), all, 4))
  databaseTest(`beside ${name}: ${method}`, servers, '', async (db, t) => {
    seed(t);
    const tally = await raceOurs(db, cache, { method }, { ...least, by }, beside);
    t.diagnostic(JSON.stringify(tally));
    assert.equal(tally.handedOutTwice, 0);
  });

for (const method of pick(seed(), ['step', 'lock'] as const, 1))
  databaseTest(`beside a logical slot that decodes: ${method}`, servers, '', async (db, t) => {
    seed(t);
    const slot = db.name.slice(-60);
    await db.query(`select pg_create_logical_replication_slot('${slot}', 'test_decoding')`);
    let decoded = 0;
    const decode = async (query: (sql: string) => Promise<unknown>): Promise<void> => {
      const result = await query(
        `select data from pg_logical_slot_get_changes('${slot}', null, null) where data like 'table public.race: INSERT%'`,
      );
      decoded += (result as { rowCount: number }).rowCount;
    };
    const tally = await raceOurs(db, 1, { method }, least, again(decode));
    t.diagnostic(JSON.stringify(tally));
    await decode((sql) => db.connect().then((client) => client.query(sql)));
    assert.equal(tally.handedOutTwice, 0);
    assert.deepEqual(await db.query('select count(*) from race'), [[String(decoded)]], 'every row was decoded, once');
    await db.query(`select pg_drop_replication_slot('${slot}')`);
  });

/** A table of a megabyte whose sequence is behind, so that a dump of it does not fit into a pipe. */
const large = `create table t (id serial primary key, filler text);
  insert into t (id, filler) select i, repeat(md5(i::text), 4) from generate_series(1, 10000) i`;

databaseTest('a prepared transaction with the sequence: lock names it, auto steps', servers, large, async (db) => {
  const gid = `draws in ${db.name}`;
  await db.query('alter sequence t_id_seq cache 20');
  await db.query(`begin; select nextval('t_id_seq'); prepare transaction '${gid}'`);
  try {
    const { error, action } = only(await report(db, ['fix', '--method', 'lock', '--wait', '0s']));
    assert.deepEqual([action, error?.code], ['failed', '55P03']);
    assert.match(
      error?.message ?? '',
      new RegExp(`^prepared transaction ${gid} holds public\\.t_id_seq, open for \\d+ s$`),
    );
    const fixed = await report(db, ['fix']);
    assert.deepEqual([only(fixed).method, only(fixed).state, fixed.code], ['step', 'ok', 0]);
  } finally {
    await db.query(`rollback prepared '${gid}'`);
  }
});

databaseTest(
  'an open transaction that has altered the sequence: whoever cannot move says so',
  newest,
  large,
  async (db) => {
    const other = await db.connect();
    await other.query('begin; alter sequence t_id_seq owned by t.id');
    for (const [method, hint] of [
      ['step', 'Another session is altering the sequence: try again, or allow more with --lock-timeout.'],
      ['lock', 'End that transaction, or move it without a lock: --method step'],
    ] as const) {
      const { sequences, code } = await report(db, ['fix', '--method', method, '--wait', '0s']);
      const [one] = sequences;
      assert.deepEqual([one?.action, one?.error?.code, one?.error?.hint, code], ['failed', '55P03', hint, 2]);
    }
    await other.query('commit');
    assert.equal((await report(db, ['fix'])).code, 0);
  },
);

for (const method of ['step', 'lock'] as const)
  databaseTest(`while a dump has its snapshot and its locks: ${method}`, servers, large, async (db) => {
    const dump = await db.connect();
    for (const sql of begunDump(db.server.major, 't')) await dump.query(sql);
    const fixed = await report(db, ['fix', '--method', method]);
    assert.deepEqual([only(fixed).action, only(fixed).method, fixed.code], ['moved', method, 0]);
    await dump.query('select * from t; commit');
  });

/** pg_dump dumps servers up to its own major. */
const dumper = Number(
  /\) (\d+)/.exec(spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0,
);

for (const method of ['step', 'lock'] as const)
  databaseTest(
    `pg_dump in the middle of its work: ${method}`,
    servers.filter(({ major }) => major <= dumper),
    large,
    async (db) => {
      const dump = spawn('pg_dump', ['--dbname', db.url], { stdio: ['ignore', 'pipe', 'inherit'] });
      const closed = once(dump, 'close');
      // Nobody reads what it writes: it comes as far as the pipe is wide
      const isDumping =
        "select from pg_stat_activity where datname = current_database() and query like 'COPY public.t %'";
      await until(async () => (await db.query(isDumping)).length > 0);
      const fixed = await report(db, ['fix', '--method', method]);
      assert.deepEqual([only(fixed).action, only(fixed).method, fixed.code], ['moved', method, 0]);
      assert.equal((await db.query(isDumping)).length, 1, 'it is still at it');
      dump.stdout.resume();
      assert.deepEqual(await closed, [0, null]);
    },
  );

for (const method of ['step', 'lock'] as const)
  databaseTest(`a role with a statement_timeout of its own: ${method}`, servers, large, async (db) => {
    const role = db.role('hurried');
    await db.query(
      `create role ${role} login; alter role ${role} set statement_timeout = '50ms'; alter table t owner to ${role}`,
    );
    const other = await db.connect();
    await other.query('begin; lock table t');
    const { result } = startPgseq(['fix', '-q', '--format', 'json', '--method', method, db.server.url(db.name, role)]);
    const outlasts = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
      and clock_timestamp() - query_start > '100 ms'`;
    await until(async () => (await db.query(outlasts)).length > 0);
    await other.query('commit');
    const { code, stdout } = await result;
    assert.deepEqual([code, only(JSON.parse(stdout)).action], [0, 'moved']);
  });
