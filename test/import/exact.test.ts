import assert from 'node:assert/strict';
import { queryable } from '../../src/adapters/pg.ts';
import { importFrom } from '../../src/import/import.ts';
import { importRows } from '../../src/import/import-rows.ts';
import type { ImportOptions } from '../../src/import/options.ts';
import type { RejectedRow } from '../../src/import/rejects.ts';
import type { RowObject, RowsOfTable } from '../../src/import/rows.ts';
import type { LoadReport } from '../../src/core/model/load-report.ts';
import { type Database, databaseTest } from '../support/database.ts';
import { newest, servers } from '../support/servers.ts';
import { sourceOf } from './support.ts';

// What arrives, in which order, and where sequences go.

async function load(
  db: Database,
  tables: Readonly<Record<string, RowsOfTable>>,
  options: ImportOptions = {},
): Promise<LoadReport> {
  return await importRows(queryable(await db.connect()), tables, options);
}

async function nextOf(db: Database, sequence: string): Promise<bigint> {
  const [row] = await db.query(
    `select case when s.is_called then s.last_value + q.seqincrement else s.last_value end
     from ${sequence} s, pg_sequence q where q.seqrelid = '${sequence}'::regclass`,
  );
  return BigInt(row?.[0] ?? '0');
}

const everything = `
  create domain short as varchar(3);
  create domain shorter as short;
  create table everything (
    id bigint primary key, n numeric, f float8, b bytea, t timestamptz, d date, ts timestamp, words text[], grid int[][],
    j jsonb, js json, e text, s shorter, yes boolean, u uuid, c char(3), i interval, objects jsonb[]);`;

databaseTest('values arrive exactly', servers, everything, async (db) => {
  await load(db, {
    everything: [
      {
        id: 2n ** 53n + 1n,
        n: '12345678901234567890.123456789',
        f: Infinity,
        b: new Uint8Array([0, 255, 92, 10]),
        t: new Date(Date.UTC(2024, 1, 29, 1, 2, 3, 456)),
        d: '0044-03-15 BC',
        ts: '2024-02-29 01:02:03.123456',
        words: ['a,b', 'q"\\', null, '', 'null', '{}\n'],
        grid: [
          [1, 2],
          [3, 4],
        ],
        j: { big: 2n ** 63n - 1n, list: ['\\', 'é', null], text: 'a\tb' },
        js: 'a text',
        e: '',
        s: 'abc',
        yes: false,
        u: '0123456789abcdef0123456789abcdef',
        c: 'a',
        i: '1 day 02:00',
        objects: [{ a: '"' }, null],
      },
      { id: -1, e: '\\N', n: 'NaN', yes: true },
      { id: 3, e: undefined, n: null },
      { id: 4, e: '\\.', n: 0 },
    ],
  });
  assert.deepEqual(
    await db.query(
      "set timezone = 'UTC'; select id, n, f, b, t, d, ts, words, grid, j, js, e, s, yes, u, c, i, objects from everything order by id desc limit 1",
    ),
    [
      [
        '9007199254740993',
        '12345678901234567890.123456789',
        'Infinity',
        '\\x00ff5c0a',
        '2024-02-29 01:02:03.456+00',
        '0044-03-15 BC',
        '2024-02-29 01:02:03.123456',
        '{"a,b","q\\"\\\\",NULL,"","null","{}\n"}',
        '{{1,2},{3,4}}',
        '{"big": 9223372036854775807, "list": ["\\\\", "é", null], "text": "a\\tb"}',
        '"a text"',
        '',
        'abc',
        'f',
        '01234567-89ab-cdef-0123-456789abcdef',
        'a  ',
        '1 day 02:00:00',
        '{"{\\"a\\": \\"\\\\\\"\\"}",NULL}',
      ],
    ],
  );
  assert.deepEqual(await db.query('select id, e, n, yes from everything where id < 5 order by id'), [
    ['-1', '\\N', 'NaN', 't'],
    ['3', null, null, null],
    ['4', '\\.', '0', null],
  ]);
});

databaseTest('a value that is none names its row', newest, 'create table t (id int)', async (db) => {
  const told = async (rows: RowsOfTable): Promise<string> =>
    await load(db, { t: rows }).then(
      () => 'imported',
      (error: Error) => error.message,
    );
  assert.equal(await told([{ id: 1 }, { id: 'x' }]), 't, row 2, column id: invalid input syntax for type integer: "x"');
  assert.equal(await told([{ id: 1 }, { id: () => 1 }]), 't, row 2: a function is not a value for a column');
  assert.equal(
    await told([{ id: 1 }, { id: new Date(Number.NaN) }]),
    't, row 2: an invalid Date is not a value for a column',
  );
  assert.equal(await told([{ id: 'a\0b' }]), 't, row 1: invalid byte sequence for encoding "UTF8": 0x00');
  async function* late(): AsyncGenerator<RowObject> {
    yield { id: 1 };
    yield await Promise.resolve({ id: 2, more: 1 });
  }
  assert.equal(await told(late()), 't, row 2: it has more, which the first row does not have');
  async function* broken(): AsyncGenerator<RowObject> {
    yield { id: 1 };
    yield await Promise.reject(new RangeError('gone'));
  }
  assert.equal(await told(broken()), 'gone', 'an error of the rows is thrown as it is');
  assert.deepEqual(await db.query('select count(*) from t'), [['0']]);
});

const family = `
  create table a (id serial primary key, b int, up int references a);
  create table b (id serial primary key, c int);
  create table c (id serial primary key, a int);
  alter table a add constraint to_b foreign key (b) references b;
  alter table b add constraint to_c foreign key (c) references c;
  alter table c add constraint to_a foreign key (a) references a;`;

const circle = {
  a: [
    { id: 1, b: 1, up: 2 },
    { id: 2, b: 1, up: 1 },
  ],
  b: [{ id: 1, c: 1 }],
  c: [{ id: 1, a: 2 }],
};

databaseTest('a circle of foreign keys needs one that can wait', servers, family, async (db) => {
  await assert.rejects(load(db, circle), {
    message: 'public.a, public.b, public.c refer to each other, so none of them can be loaded first: to_b, to_c, to_a',
    hint: /alter table "public"\."a" alter constraint "to_b" deferrable;/,
  });
  await db.query('alter table b alter constraint to_c deferrable');
  await load(db, circle);
  assert.deepEqual(
    await db.query('select (select count(*) from a), (select count(*) from b), (select count(*) from c)'),
    [['2', '1', '1']],
  );
  await assert.rejects(load(db, { b: [{ id: 7, c: 7 }], c: [{ id: 8, a: 1 }], a: [{ id: 9 }] }), {
    message: /violates foreign key constraint "to_c": Key \(c\)=\(7\) is not present/,
    hint: /^nothing was imported\na harmless gap in the ids may remain: public\.a_id_seq stays at 10; /,
  });
  assert.deepEqual(await db.query('select count(*) from a'), [['2']]);
});

const odd = `
  create sequence shared;
  create table one (id bigint primary key default nextval('shared'));
  create table two (id bigint primary key default nextval('shared'));
  create table down (id int generated always as identity (increment -1) primary key);
  create table odds (id int generated by default as identity (start 1 increment 2) primary key);
  create table "q"".t%🦊
  n" ("I""d" serial primary key);
  create table whole (id smallint generated by default as identity primary key);`;

databaseTest('sequences that count otherwise, and names that are hostile', servers, odd, async (db) => {
  const report = await load(db, {
    one: [{ id: 100 }],
    two: [{ id: 250 }],
    down: [{ id: -70 }],
    odds: [{ id: 50 }, { id: 51 }],
    'q".t%🦊\n  n': [{ 'I"d': 5 }],
    whole: [{ id: 5 }],
  }).catch(async (error: Error) => {
    throw new Error(error.message, { cause: error });
  });
  assert.equal(report.fix.summary.ok, 5);
  assert.equal(await nextOf(db, 'shared'), 251n);
  assert.equal(await nextOf(db, 'down_id_seq'), -71n);
  assert.equal(await nextOf(db, 'odds_id_seq'), 53n);
  assert.equal(await nextOf(db, 'whole_id_seq'), 6n);
  await db.query(
    'insert into "q"".t%🦊\n  n" default values; insert into down default values; insert into odds default values',
  );
});

databaseTest(
  "the source's own counter, and what it knows of its rows, count before the first row",
  servers,
  odd,
  async (db) => {
    const seen: bigint[] = [];
    const source = sourceOf('one', ['id'], [['7']], {
      counters: [{ column: 'id', next: 1000n }],
      furthest: [{ column: 'id', value: 7n }],
      before: async () => void seen.push(await nextOf(db, 'shared')),
    });
    const report = await importFrom(queryable(await db.connect()), [source]);
    assert.deepEqual(seen, [1000n], 'moved before a row was read');
    assert.equal(await nextOf(db, 'shared'), 1000n);
    assert.deepEqual(
      report.fix.sequences.map(({ name, action, before, after }) => [name, action, before?.next, after?.next]),
      [['public.shared', 'moved', 1n, 1000n]],
    );
  },
);

databaseTest('one lone id does not use a sequence up', newest, odd, async (db) => {
  const said = sourceOf('whole', ['id'], [['3']], { furthest: [{ column: 'id', value: 32_000n }] });
  const report = await importFrom(queryable(await db.connect()), [said]);
  assert.deepEqual(report.warnings, [
    'public.whole_id_seq was not moved to 32001, the counter of the source: that would use up too many values for what may be one outlying id (--max-jump)',
  ]);
  assert.equal(await nextOf(db, 'whole_id_seq'), 4n);
  const lone = await load(db, { whole: [{ id: 32_000 }] });
  assert.deepEqual(
    lone.fix.sequences.map(({ action, state }) => [action, state]),
    [['skipped', 'behind']],
  );
});

databaseTest(
  'rows that do not fit are put aside; one that refers to a later one is not among them',
  servers,
  family,
  async (db) => {
    const rejects: RejectedRow[] = [];
    const rows = Array.from({ length: 5000 }, (_, i) => ({ id: i + 1, up: 5000 - i, b: null as unknown }));
    (rows[17] as RowObject as { b: unknown }).b = 'x';
    (rows[3333] as { up: number }).up = 99_999;
    const report = await load(
      db,
      { a: [...rows, { id: 17, up: 1, b: null }] },
      { onReject: (row) => void rejects.push(row) },
    );
    const [table] = report.tables;
    // What refers to a row that is not there does not fit either: 1667 to 3334, 4983 to 18
    assert.deepEqual([table?.rows, table?.rejected], [4996n, 5n]);
    assert.deepEqual(
      rejects.map(({ row, column, code }) => [row, column, code]).toSorted(([a], [b]) => Number(a) - Number(b)),
      [
        [18, 'b', '22P02'],
        [1667, null, '23503'],
        [3334, null, '23503'],
        [4983, null, '23503'],
        [5001, null, '23505'],
      ],
    );
    assert.equal(await nextOf(db, 'a_id_seq'), 5001n);
  },
);

databaseTest('a trigger that refuses a row names it', servers, '', async (db) => {
  await db.query(`
    create table t (id serial primary key, what text);
    create function refuse() returns trigger language plpgsql as $$begin
      if new.what = 'bad' then raise exception 'no % here', new.what; end if; return new; end$$;
    create trigger refuse before insert on t for each row execute function refuse();`);
  await assert.rejects(
    load(db, {
      t: [
        { id: 1, what: 'good' },
        { id: 2, what: 'bad' },
      ],
    }),
    { message: 't, row 2: no bad here' },
  );
});
