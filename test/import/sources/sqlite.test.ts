import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { open as openSource } from '../../../src/import/sources/sqlite/index.ts';
import { databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { sqlite, withoutSqlite } from '../../support/sqlite.ts';
import { closing, copy, folder, options, problemOf, tableOf, textOf } from './support.ts';

// Runs on every Node: SQLite is part of it from 22 on.

const open = closing(openSource);

// SQLite files, read by Node itself (22.13 and newer) or by the program sqlite3 (these tests on Node 20).

/** A process that has the file open, and can write to it. */
async function writer(t: TestContext, path: string, sql: string): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn('sqlite3', ['-batch', '-bail', path]);
  t.after(() => child.kill('SIGKILL'));
  await tell(child, sql);
  return child;
}

async function tell(child: ChildProcessWithoutNullStreams, sql: string): Promise<void> {
  let said = '';
  child.stdin.write(`${sql}\n.print told\n`);
  while (!said.includes('told')) said += String((await once(child.stdout, 'data'))[0]);
}

databaseTest(
  'every kind of value arrives exactly',
  servers,
  `create domain rank as bigint;
   create table t (id bigint, label text, none text, empty text, double float8, price numeric, data bytea, word bytea, flag boolean,
     of_blob text, key uuid, doc jsonb, place rank, small real);`,
  async (db, t) => {
    const file = sqlite(
      join(folder(t), 'a.db'),
      `create table t (id integer, label text, none, empty text, double, price, data, word, flag, of_blob, key, doc, place, small);
       insert into t values
       (9007199254740993, 'tab' || char(9) || 'line' || char(10) || 'return' || char(13, 10) || '\\ \\N \\. "q" ''s'' é 日本 😀' || char(1, 127, 65533),
         null, '', 0.1 + 0.2, '123456789012345678901234567890.123456789', x'00ff5c0a', 'é\\', 1, cast('text' as blob),
         x'00112233445566778899aabbccddeeff', '{"a": 1.10}', -9223372036854775808, 0.1),
       (9223372036854775807, '\\N', null, '', 1.7976931348623157e308, 12.5, x'', '', 0, x'', null, '[]', 0, 1e-30),
       (-1, '\\.', null, '', 5e-324, 3, null, null, null, null, null, null, 1, 1),
       (0, ' ', null, '', 9e999, 0.1, null, null, null, null, null, null, null, null),
       (1, 'x', null, '', -9e999, 1e21, null, null, null, null, null, null, null, null),
       (2, 'y', null, '', 0.30000000000000004, 2.0, null, null, null, null, null, null, null, null);`,
    );
    const source = await open(file, options());
    await copy(db, tableOf(source, 't'));
    await source.close();
    const rows = await db.query('select id, label, none, empty, double, price, place from t order by ctid');
    assert.deepEqual(rows, [
      [
        '9007199254740993',
        'tab\tline\nreturn\r\n\\ \\N \\. "q" \'s\' é 日本 😀\u0001\u007f\ufffd',
        null,
        '',
        '0.30000000000000004',
        '123456789012345678901234567890.123456789',
        '-9223372036854775808',
      ],
      ['9223372036854775807', '\\N', null, '', '1.7976931348623157e+308', '12.5', '0'],
      ['-1', '\\.', null, '', '5e-324', '3', '1'],
      ['0', ' ', null, '', 'Infinity', '0.1', null],
      ['1', 'x', null, '', '-Infinity', '1000000000000000000000', null],
      ['2', 'y', null, '', '0.30000000000000004', '2', null],
    ]);
    assert.deepEqual(await db.query('select data, word, flag, of_blob, key, doc, small from t order by ctid limit 2'), [
      ['\\x00ff5c0a', '\\xc3a95c', 't', 'text', '00112233-4455-6677-8899-aabbccddeeff', '{"a": 1.10}', '0.1'],
      ['\\x', '\\x', 'f', '', null, '[]', '1e-30'],
    ]);
  },
  { skip: withoutSqlite },
);

databaseTest(
  'dates: text without an offset is UTC, and integers are what they can only be',
  newest,
  `create table t (text_tz timestamptz, text_plain timestamp, day date, seconds timestamptz, milliseconds timestamp(3), birthday date, clock time)`,
  async (db, t) => {
    const file = sqlite(
      join(folder(t), 'a.db'),
      `create table t (text_tz, text_plain, day, seconds, milliseconds, birthday, clock);
       insert into t values
       ('2024-07-01 12:00:00', '2024-07-01 12:00:00.123456', '2024-07-01', 1719835200, 1719835200123, 86400000, '12:34:56'),
       ('2024-07-01T12:00:00.5+02:00', '2024-07-01T12:00:00', '0099-01-01', -1, -1, 1719835200000, null),
       ('2024-07-01T12:00:00Z', null, null, 253402300799, 0, -86400000, null),
       ('2024-07-01', 'infinity', null, 0, -62135596800000, null, null),
       ('infinity', null, null, null, 253402300799999, null, null);`,
    );
    const source = await open(file, options());
    await copy(db, tableOf(source, 't'));
    await source.close();
    await db.query("set timezone = 'UTC'");
    assert.deepEqual(await db.query('select * from t order by ctid'), [
      [
        '2024-07-01 12:00:00+00',
        '2024-07-01 12:00:00.123456',
        '2024-07-01',
        '2024-07-01 12:00:00+00',
        '2024-07-01 12:00:00.123',
        '1970-01-02',
        '12:34:56',
      ],
      [
        '2024-07-01 10:00:00.5+00',
        '2024-07-01 12:00:00',
        '0099-01-01',
        '1969-12-31 23:59:59+00',
        '1969-12-31 23:59:59.999',
        '2024-07-01',
        null,
      ],
      ['2024-07-01 12:00:00+00', null, null, '9999-12-31 23:59:59+00', '1970-01-01 00:00:00', '1969-12-31', null],
      ['2024-07-01 00:00:00+00', 'infinity', null, '1970-01-01 00:00:00+00', '0001-01-01 00:00:00', null, null],
      ['infinity', null, null, null, '9999-12-31 23:59:59.999', null, null],
    ]);
  },
  { skip: withoutSqlite },
);

databaseTest(
  'what PostgreSQL cannot hold is refused, with the line and the reason',
  newest,
  'create table t (a text, b timestamptz, c text)',
  async (db, t) => {
    const refused = async (values: string, expected: RegExp): Promise<void> => {
      const file = join(folder(t), 'a.db');
      sqlite(file, `create table t (a, b, c); insert into t values ('x', null, 'x'), ${values};`);
      const source = await open(file, options());
      const error = await copy(db, tableOf(source, 't')).then(
        () => assert.fail('it was taken'),
        (reason: Error & { where?: string }) => `${reason.message} ${reason.where}`,
      );
      await source.close();
      assert.match(error, expected);
    };
    await refused("('a' || char(0) || 'b', null, 'x')", /invalid byte sequence .* 0x00 COPY t, line 2/);
    await refused("(cast(x'61ff' as text), null, 'x')", /invalid byte sequence .* 0xff COPY t, line 2/);
    await refused("(x'6100', null, 'x')", /invalid byte sequence .* 0x00 COPY t, line 2/);
    await refused(
      "('x', 20240101, 'x')",
      /"\(20240101: seconds or milliseconds since 1970\?\)\+00" COPY t, line 2, column b/,
    );
    await refused(
      "('x', 1719835200, 'x'), ('x', 1719835200000000, 'x')",
      /seconds or milliseconds since 1970.* COPY t, line 2, column b/,
    );
    await refused("('x', 2460000.5, 'x')", /"\(the number 2460000.5\)" COPY t, line 2, column b/);
    assert.deepEqual(await db.query('select count(*) from t'), [['0']]);
  },
  { skip: withoutSqlite },
);

test('tables in their order, what SQLite would hand out next, and how far the keys reach', {
  skip: withoutSqlite,
}, async (t) => {
  const notes: string[] = [];
  const file = sqlite(
    join(folder(t), 'a.db'),
    `create table z (id integer primary key autoincrement, a);
     insert into z (id) values (5), (9007199254740993); delete from z where id > 5;
     create table gaps (id INTEGER PRIMARY KEY, a); insert into gaps (id) values (1), (7);
     create table empty (id integer primary key autoincrement);
     create table full (id integer primary key); insert into full values (9223372036854775807);
     create table other (id int primary key); insert into other values (3), ('x');
     create table flipped (id integer primary key desc); insert into flipped values (3);
     create table pair (a integer, b integer, c as (a + b), primary key (a, b)) without rowid;
     create view seen as select * from z;
     create virtual table search using fts5 (words);
     create table "we""ird 100%'s
.print out" ("rowid" integer, "a""b%
c" text); insert into "we""ird 100%'s
.print out" values (1, 'x');`,
  );
  const source = await open(`sqlite:${file}`, options({ notes }));
  const seen = source.tables.map(({ name, columns, counters, furthest, rows }) => [
    name,
    columns?.join(),
    counters.map(({ column, next }) => `${column} ${next}`).join(),
    furthest.map(({ column, value }) => `${column} ${value}`).join(),
    rows,
  ]);
  assert.deepEqual(seen, [
    ['z', 'id,a', 'id 9007199254740994', 'id 5', 1n],
    ['gaps', 'id,a', 'id 8', 'id 7', 2n],
    ['empty', 'id', 'id 1', '', 0n],
    ['full', 'id', '', 'id 9223372036854775807', 1n],
    ['other', 'id', '', 'id 3', 2n],
    ['flipped', 'id', '', 'id 3', 1n],
    ['pair', 'a,b', '', '', 0n],
    ['we"ird 100%\'s\n.print out', 'rowid,a"b%\nc', '', '', 1n],
  ]);
  assert.equal(await textOf(tableOf(source, 'we"ird 100%\'s\n.print out')), '1\tx\n');
  assert.deepEqual(notes, ['pair: c is generated, and left out']);
  assert.equal(source.name, file);
  await source.close();

  const chosen = await open(file, options({ tables: ['GAPS', 'seen'] }));
  assert.deepEqual(
    chosen.tables.map(({ name }) => name),
    ['gaps', 'seen'],
  );
  assert.equal(await textOf(tableOf(chosen, 'seen')), '5\t\\N\n');
  await chosen.close();
  const { message, hint } = await problemOf(open(file, options({ tables: ['nope'] })));
  assert.match(`${message} ${hint}`, /has no table nope it has z, gaps, empty/);
});

test('what was not read of a table does not come up in the next', { skip: withoutSqlite }, async (t) => {
  const file = sqlite(
    join(folder(t), 'a.db'),
    `create table a (x); create table b (x); insert into b values ('b');
     with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) insert into a select 'row ' || i from n;`,
  );
  const source = await open(file, options());
  for await (const chunk of tableOf(source, 'a').read({
    columns: [{ source: 'x', type: 'text' }],
    rowwise: false,
    signal: undefined,
  }).chunks) {
    assert.ok(chunk.length > 0);
    break;
  }
  assert.equal(await textOf(tableOf(source, 'b')), 'b\n');
  await source.close();
});

test('a live -wal is read whole, and as of one moment', { skip: withoutSqlite }, async (t) => {
  const file = join(folder(t), 'a.db');
  const child = await writer(
    t,
    file,
    'pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table a (x); create table b (x); insert into a values (1), (2); insert into b values (1);',
  );
  const source = await open(file, options());
  await tell(child, 'begin; insert into a values (3); insert into b values (2); commit;');
  assert.equal(await textOf(tableOf(source, 'a')), '1\n2\n');
  await tell(child, 'insert into b values (3); pragma wal_checkpoint(passive);');
  assert.equal(await textOf(tableOf(source, 'b')), '1\n');
  await source.close();
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.ok(existsSync(`${file}-wal`));
  const again = await open(file, options());
  assert.equal(await textOf(tableOf(again, 'b')), '1\n2\n3\n');
  await again.close();
});

test('nothing is left beside a file in WAL mode that nobody has open, and what is written meanwhile is noticed', {
  skip: withoutSqlite,
}, async (t) => {
  const directory = folder(t);
  const file = sqlite(
    join(directory, 'a ?#%41.db'),
    'pragma journal_mode = wal; create table a (x); insert into a values (1);',
  );
  const source = await open(file, options());
  assert.equal(await textOf(tableOf(source, 'a')), '1\n');
  await source.close();
  assert.deepEqual(readdirSync(directory), ['a ?#%41.db']);

  const overtaken = await open(file, options());
  sqlite(file, 'insert into a values (2);');
  const { message } = await problemOf(textOf(tableOf(overtaken, 'a')));
  assert.match(message, /was written to while it was being read/);
  await overtaken.close();
});

test('what cannot be read is a problem that says why', { skip: withoutSqlite }, async (t) => {
  const directory = folder(t);
  const says = async (path: string, expected: RegExp): Promise<void> => {
    const reading = async (): Promise<void> => {
      const source = await open(path, options({ cwd: directory }));
      try {
        for (const table of source.tables) await textOf(table);
      } finally {
        await source.close();
      }
    };
    const { message, hint } = await problemOf(reading());
    assert.match(`${message}; ${hint}`, expected);
  };
  await says('missing.db', /^missing.db cannot be read: ENOENT/);
  mkdirSync(join(directory, 'folder'));
  await says('folder', /^folder is a folder/);
  writeFileSync(join(directory, 'text.db'), 'id,name\n1,x\n'.repeat(100));
  await says('text.db', /^text.db is not an SQLite database, or is encrypted; decrypt/);
  sqlite(join(directory, 'wide.db'), "pragma encoding = 'UTF-16'; create table a (x);");
  await says('wide.db', /^wide.db stores text as UTF-16.*\.dump/);

  const whole = sqlite(
    join(directory, 'whole.db'),
    "create table a (x); with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) insert into a select 'some text ' || i from n;",
  );
  const bytes = readFileSync(whole);
  bytes.fill(0xee, 8192, 40_960);
  writeFileSync(join(directory, 'damaged.db'), bytes);
  await says('damaged.db', /^damaged.db is damaged; .*\.recover/);
  bytes.fill(0xee, 100, 4096);
  writeFileSync(join(directory, 'broken.db'), bytes);
  await says('broken.db', /^broken.db is damaged/);
});

test('a file that another process keeps locked is a problem', { skip: withoutSqlite }, async (t) => {
  const file = sqlite(join(folder(t), 'a.db'), 'create table a (x);');
  await writer(t, file, 'begin exclusive;');
  const { message, hint } = await problemOf(open(file, options()));
  assert.match(`${message}; ${hint}`, /a.db is locked: .*; run it again/);
});

test('an interrupted read ends with the reason of the signal', { skip: withoutSqlite }, async (t) => {
  const file = sqlite(
    join(folder(t), 'a.db'),
    "create table a (x); with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) insert into a select 'row ' || i from n;",
  );
  const controller = new AbortController();
  const reason = new Error('enough');
  const source = await open(file, options({ signal: controller.signal }));
  const reading = (async () => {
    for await (const chunk of tableOf(source, 'a').read({
      columns: [{ source: 'x', type: 'text' }],
      rowwise: false,
      signal: controller.signal,
    }).chunks)
      if (chunk.length > 0) controller.abort(reason);
  })();
  await assert.rejects(reading, (error) => error === reason);
  await source.close();
});
