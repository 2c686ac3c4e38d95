import assert from 'node:assert/strict';
import { queryable } from '../../src/adapters/pg.ts';
import { session } from '../../src/pg/connection/session.ts';
import { connect } from '../../src/pg/connection/connect.ts';
import { readConninfo } from '../../src/pg/conninfo/index.ts';
import { importRows } from '../../src/import/import-rows.ts';
import type { ImportOptions } from '../../src/import/options.ts';
import type { RowsOfTable } from '../../src/import/rows.ts';
import type { LoadReport } from '../../src/core/model/load-report.ts';
import type { LoadSession } from '../../src/pg/query/target.ts';
import { type Database, databaseTest } from '../support/database.ts';
import { pgseq } from '../support/pgseq.ts';
import { newest, servers } from '../support/servers.ts';

// Tables that are not plain, sequences that have far to go, and clients that say less.

async function load(
  db: Database,
  tables: Readonly<Record<string, RowsOfTable>>,
  options: ImportOptions = {},
): Promise<LoadReport> {
  return await importRows(queryable(await db.connect()), tables, options);
}

async function lastOf(db: Database, sequence: string): Promise<string | null | undefined> {
  return (await db.query(`select last_value from ${sequence}`))[0]?.[0];
}

const partitioned = `
  create table parts (id bigserial, at date not null, primary key (id, at)) partition by range (at);
  create table parts_1 partition of parts for values from ('2024-01-01') to ('2025-01-01');
  create table own (id bigserial, at date not null, primary key (id, at));
  alter table parts attach partition own for values from ('2025-01-01') to ('2026-01-01');`;

databaseTest(
  'a partitioned table, and a partition: the sequence of the root follows',
  servers,
  partitioned,
  async (db) => {
    await load(db, {
      parts: [
        { id: 70, at: '2024-05-05' },
        { id: 80, at: '2025-05-05' },
      ],
    });
    assert.deepEqual([await lastOf(db, 'parts_id_seq'), await lastOf(db, 'own_id_seq')], ['80', '80']);
    await load(db, { parts_1: [{ id: 90, at: '2024-05-05' }] });
    assert.equal(await lastOf(db, 'parts_id_seq'), '90');
    const dry = await load(db, { parts: [{ id: 95, at: '2024-05-05' }] }, { dryRun: true });
    assert.deepEqual(
      dry.fix.sequences.filter(({ action }) => action === 'would-move').map(({ name, after }) => [name, after?.next]),
      [
        ['public.own_id_seq', 96n],
        ['public.parts_id_seq', 96n],
      ],
    );
    assert.equal(await lastOf(db, 'parts_id_seq'), '90');
  },
);

const far = 'create table far (id bigserial primary key)';

databaseTest('a sequence that has very far to go is set from outside', servers, far, async (db) => {
  const another = async () => session(await connect(readConninfo({ conninfo: db.url, env: {} })));
  async function* rows() {
    yield await Promise.resolve({ id: 10n ** 15n });
  }
  await assert.rejects(load(db, { far: rows() }), {
    message: 'public.far_id_seq has too far to go (to 1000000000000001) to be moved in this transaction',
    hint: /nothing was imported/,
  });
  assert.deepEqual(await db.query('select count(*) from far'), [['0']]);
  const report = await load(db, { far: rows() }, { another });
  assert.deepEqual(
    report.fix.sequences.map(({ action, state, before, after }) => [action, state, before?.next, after?.next]),
    [['moved', 'ok', 1n, 10n ** 15n + 1n]],
  );
});

const refused = `
  create table t (id int primary key, twice int generated always as (id * 2) stored);
  create view v as select * from t;
  create table secret (id int);
  alter table secret enable row level security;`;

databaseTest('what cannot be loaded is refused with the reason', newest, refused, async (db) => {
  const role = db.role('loader');
  await db.query(
    `create role ${role} login; grant all on all tables in schema public to ${role}; grant usage on schema public to ${role}`,
  );
  const told = async (tables: Readonly<Record<string, RowsOfTable>>, options: ImportOptions = {}): Promise<string> =>
    await load(db, tables, options).then(
      () => 'imported',
      (error: Error) => error.message,
    );
  assert.equal(await told({ v: [{ id: 1 }] }), 'public.v is a view');
  assert.equal(await told({ t: [{ id: 1, twice: 2 }] }), 't: public.t.twice is generated: PostgreSQL computes it');
  assert.equal(await told({ t: [{ id: 1, twice: 2 }] }, { map: new Map([['twice', null]]) }), 'imported');
  assert.equal(
    await told({ secret: [{ id: 1 }] }, { role }),
    'public.secret has row-level security, and COPY does not work under it',
  );
  assert.equal(
    await told({ t: [{ twice: 1 }] }, { map: new Map([['twice', null]]), onConflict: 'update' }),
    't: no column is left to load into public.t\npublic.t: --on-conflict update needs a primary key or unique columns among the loaded ones\n  it has: id',
  );
});

databaseTest('a client that does not tell whether it is in a transaction is asked', newest, far, async (db) => {
  const client = await db.connect();
  const silent = queryable({ query: client.query.bind(client) });
  await importRows(silent, { far: [{ id: 1 }] });
  await client.query('begin');
  await importRows(silent, { far: [{ id: 2 }] });
  await client.query('rollback');
  assert.deepEqual(await db.query('select id from far'), [['1']]);
});

databaseTest('a guard fires, and is told; the import does what it does anyway', servers, far, async (db) => {
  assert.equal((await pgseq(['guard', 'install', '-q', '--all-tables', db.url])).code, 0);
  const said: string[] = [];
  const report = await load(db, { far: [{ id: 500 }] }, { onCaution: (line) => said.push(line) });
  assert.equal(report.fix.summary.ok, 1);
  assert.equal(await lastOf(db, 'far_id_seq'), '500');
  assert.match(
    said.join('\n'),
    /public\.far has a trigger, which will fire: .*, which calls pgseq\..* \(a guard of pgseq\)/,
  );
});

const two =
  'create table a (id serial primary key, what text); create table b (id serial primary key, a int references a);';

databaseTest('an empty list is a table without rows; rows without values are a mistake', newest, two, async (db) => {
  const report = await load(db, { b: [], a: [{ id: 4 }] });
  assert.deepEqual(
    report.tables.map(({ name, rows }) => [name, rows]),
    [
      ['public.a', 1n],
      ['public.b', 0n],
    ],
  );
  await assert.rejects(load(db, { a: [{}] }), { message: 'a: the rows for public.a have no values' });
});

databaseTest('two rows with one key in an update: told, or one after the other', newest, two, async (db) => {
  const rows = [
    { id: 1, what: 'first' },
    { id: 1, what: 'second' },
  ];
  await assert.rejects(load(db, { a: rows }, { onConflict: 'update' }), {
    message: 'a: ON CONFLICT DO UPDATE command cannot affect row a second time',
  });
  await load(db, { a: rows }, { onConflict: 'update', onReject: () => assert.fail('none is to be put aside') });
  assert.deepEqual(await db.query('select what from a'), [['second']]);
});

databaseTest('--truncate does not keep everybody waiting for somebody who reads', newest, two, async (db) => {
  const reader = await db.connect();
  await reader.query('begin; select from a');
  await assert.rejects(load(db, { a: [{ id: 1 }], b: [{ id: 1 }] }, { truncate: true }), {
    message: 'the tables could not be emptied: others have been using them for 5 s',
  });
  await reader.query('commit');
  await load(db, { a: [{ id: 1 }], b: [{ id: 1 }] }, { truncate: true });
});

databaseTest('a commit whose answer is lost: the server is asked what became of it', servers, far, async (db) => {
  const another = async () => session(await connect(readConninfo({ conninfo: db.url, env: {} })));
  const lossy = async (instead: string): Promise<LoadSession> => {
    const target = queryable(await db.connect());
    return {
      ...target,
      async query(statements, signal) {
        if (statements[0] !== 'commit') return await target.query(statements, signal);
        await target.query([instead]);
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      },
    };
  };
  const report = await importRows(await lossy('commit'), { far: [{ id: 1 }] }, { another });
  assert.equal(report.tables[0]?.rows, 1n);
  await assert.rejects(importRows(await lossy('rollback'), { far: [{ id: 2 }] }, { another }), {
    message: 'the connection to the server was lost: read ECONNRESET',
    hint: /^nothing was imported/,
  });
  await assert.rejects(importRows(await lossy('commit'), { far: [{ id: 3 }] }), {
    message: 'the connection was lost while the import was being committed; it is unknown whether its rows were stored',
    code: '08007',
  });
  assert.deepEqual(await db.query('select id from far order by id'), [['1'], ['3']]);
});
