import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { clientsFor, withoutClients } from '../../support/clients.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { type Mariadb, startMariadb, withoutMariadb } from '../../support/mariadb.ts';
import { pgseq, type PgseqResult } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { sqlite, withoutSqlite } from '../../support/sqlite.ts';
import { folder } from './support.ts';

// What other programs write comes in exactly, or is refused before anything is stored: the table of docs/commands/import.md.

const table = 'create table t (id int primary key, name text, note text);';

/** Texts that every dialect writes in another way. */
const values: readonly (readonly [id: string, name: string | null, note: string | null])[] = [
  ['1', 'Ada', null],
  ['2', 'tab\there', 'back\\slash'],
  ['3', 'two\nlines', ''],
  ['4', '"q"', "it's; a, b | c"],
  ['5', 'é \u{1f600}', 'C:\\new\\table'],
];

function literal(text: string | null): string {
  return text === null ? 'null' : `'${text.replaceAll("'", "''")}'`;
}

const inserts = values.map((row) => `insert into t values (${row.map(literal).join(', ')});`).join('\n');

async function stored(db: Database): Promise<unknown> {
  return await db.query('select id::text, name, note from t order by id');
}

/** Imports a file into the table t, which is empty. */
async function imported(db: Database, path: string, ...args: readonly string[]): Promise<PgseqResult> {
  await db.query('truncate t');
  return await pgseq(['import', '-q', path, '--table', 't', ...args, '--to', db.url]);
}

async function arrives(db: Database, path: string, args: readonly string[], expected: unknown = values): Promise<void> {
  const { code, stderr } = await imported(db, path, ...args);
  assert.equal(code, 0, `${path} ${args.join(' ')}\n${stderr}\n${readFileSync(path, 'utf8')}`);
  assert.deepEqual(await stored(db), expected, `${path} ${args.join(' ')}`);
}

function written(t: TestContext, name: string, content: string | Buffer): string {
  const path = join(folder(t), name);
  writeFileSync(path, content);
  return path;
}

databaseTest(
  'PostgreSQL: \\copy in text and in CSV, with and without a header, and psql --csv',
  newest,
  `${table} ${inserts}`,
  async (db, t) => {
    const clients = clientsFor(18);
    assert.ok(clients !== undefined);
    const at = folder(t);
    const copy = (name: string, form: string): string => {
      const path = join(at, name);
      clients.run('psql', ['-X', '-d', db.url, '-c', `\\copy t to '${path}' with (${form})`]);
      return path;
    };
    const text = copy('bare.tsv', 'format text');
    const headed = copy('headed.tsv', 'format text, header');
    const [csv, bare] = [copy('t.csv', 'format csv, header'), copy('bare.csv', 'format csv')];
    const tabs = copy('tabs.tsv', "format csv, header, delimiter E'\\t'");
    const printed = written(
      t,
      'psql.csv',
      clients.run('psql', ['-X', '--csv', '-d', db.url, '-c', 'table t order by id']),
    );
    const columns = ['--columns', 'id,name,note'];
    await arrives(db, headed, []);
    await arrives(db, headed, ['--rejects', join(at, 'rejects')]);
    await arrives(db, text, columns);
    await arrives(db, csv, []);
    await arrives(db, bare, columns);
    await arrives(db, tabs, ['--input-format', 'csv', '--delimiter', '\\t']);
    await arrives(db, written(t, 't.tsv.gz', gzipSync(readFileSync(headed))), []);
    // psql shows NULL and the empty text alike, unless \pset null tells them apart
    await arrives(
      db,
      printed,
      [],
      values.map((row) => row.map((value) => (value === '' ? null : value))),
    );
    // Which one it is, is said before anything is stored
    const wrong = await imported(db, tabs);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /is in quotes, as in CSV; .*[^]*--input-format csv --delimiter '\\t'/);
    const first = await imported(db, text);
    assert.equal(first.code, 2);
    assert.match(
      first.stderr,
      /none of the names in its first line is a column of public\.t: 1, Ada, \\N\n[^]*--columns id,name,note\n/,
    );
    assert.deepEqual(await stored(db), []);
  },
  { skip: withoutClients },
);

databaseTest('what stands for NULL may be any text', newest, table, async (db, t) => {
  const rows = 'id\tname\tnote\n1\tAda\tнет\n';
  for (const [name, separated] of [
    ['t.tsv', rows],
    ['t.csv', rows.replaceAll('\t', ',')],
  ] as const)
    await arrives(db, written(t, name, separated), ['--null', 'нет'], [['1', 'Ada', null]]);
});

databaseTest(
  'SQLite: .mode csv; .mode tabs escapes nothing, which is said',
  newest,
  table,
  async (db, t) => {
    const at = folder(t);
    const path = sqlite(join(at, 'x.db'), `${table.replace('int primary', 'integer primary')} ${inserts}`);
    const shell = (mode: string, name: string, query = 'select * from t'): string => {
      const { stdout, status } = spawnSync('sqlite3', ['-header', path, `.mode ${mode}`, query]);
      assert.equal(status, 0);
      return written(t, name, stdout);
    };
    await arrives(db, shell('csv', 't.csv'), []);
    const simple = shell('tabs', 't.tsv', 'select id, name, note from t where id = 1');
    await arrives(db, simple, ['--null', ''], [['1', 'Ada', null]]);
    const { code, stderr } = await imported(
      db,
      shell('tabs', 'u.tsv', "select 1 as id, 'C:\\Users' as name, 'x' as note"),
    );
    assert.equal(code, 2);
    assert.match(
      stderr,
      /line 2, column name: \\U is not valid in COPY's text format: .*[^]*--input-format csv --delimiter '\\t'/,
    );
    await arrives(
      db,
      shell('tabs', 'v.tsv', "select 1 as id, 'C:\\Users' as name, 'x' as note"),
      ['--input-format', 'csv', '--delimiter', '\\t'],
      [['1', 'C:\\Users', 'x']],
    );
  },
  { skip: withoutSqlite },
);

let server: Mariadb;
before(async () => {
  if (withoutMariadb === false) server = await startMariadb();
});
after(() => server?.remove());

databaseTest(
  'MySQL and MariaDB: --batch, and SELECT … INTO OUTFILE',
  newest,
  table,
  async (db, t) => {
    server.run('create database dialects character set utf8mb4;');
    server.run(`set sql_mode = 'NO_BACKSLASH_ESCAPES'; ${table} ${inserts}`, 'dialects');
    const batch = written(
      t,
      't.tsv',
      `id\tname\tnote\n${server.run('select * from t order by id', 'dialects')}`, // it runs with --skip-column-names
    );
    const refused = await imported(db, batch);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /line 2, column note: in COPY's text format, NULL is just a text, but mysql --batch writes it for NULL[^]*--null NULL/,
    );
    assert.deepEqual(await stored(db), []);
    await arrives(db, batch, ['--null', 'NULL']);
    server.run("select * from t order by id into outfile 'dialects.txt' character set utf8mb4", 'dialects');
    const outfile = written(t, 'out.tsv', readFileSync(join(dirname(server.socketPath), 'dialects', 'dialects.txt')));
    await arrives(db, outfile, ['--columns', 'id,name,note']);
  },
  { skip: withoutMariadb },
);

databaseTest('ClickHouse, Excel and others: files of their exact bytes', newest, table, async (db, t) => {
  // TSVWithNames escapes \b \f \r \n \t \0 \' and \\; CSVWithNames quotes texts, and has \N for NULL
  const tsv =
    'id\tname\tnote\n1\tAda\t\\N\n2\ttab\\there\tback\\\\slash\n3\ttwo\\nlines\t\n4\t"q"\tit\\\'s; a, b | c\n5\té \u{1f600}\tC:\\\\new\\\\table\n';
  await arrives(db, written(t, 't.tsv', tsv), []);
  await arrives(db, written(t, 't.tsv', tsv.slice(tsv.indexOf('\n') + 1)), ['--columns', 'id,name,note']);
  await arrives(db, written(t, 't.tsv', `\ufeff${tsv.replaceAll('\n', '\r\n')}\r\n\r\n`), []);
  await arrives(db, written(t, 't.tsv', `${tsv}\\.\n`), []);
  const csv =
    '"id","name","note"\n1,"Ada",\\N\n2,"tab\there","back\\slash"\n3,"two\nlines",""\n4,"""q""","it\'s; a, b | c"\n5,"é \u{1f600}","C:\\new\\table"\n';
  const refused = await imported(db, written(t, 't.csv', csv));
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /there is an unquoted \\N, which ClickHouse and MySQL write for NULL[^]*--null '\\N'/);
  assert.equal((await imported(db, written(t, 't.csv', csv), '--rejects', join(folder(t), 'r'))).code, 2);
  await arrives(db, written(t, 't.csv', csv), ['--null', '\\N']);
  await arrives(db, written(t, 't.csv', csv), ['--null', '\\N', '--rejects', join(folder(t), 'r')]);
  // phpMyAdmin and SQL Server: NULL without quotes
  for (const more of [[], ['--rejects', join(folder(t), 'r')]]) {
    const words = await imported(db, written(t, 't.csv', 'id,name,note\n1,Ada,NULL\n'), ...more);
    assert.deepEqual([words.code, await stored(db)], [2, []], words.stderr);
    assert.match(words.stderr, /there is an unquoted NULL, which phpMyAdmin and [^]*--null NULL/);
  }
  await arrives(db, written(t, 't.csv', 'id,name,note\n1,Ada,NULL\n'), ['--null', 'NULL'], [values[0]]);
  // Within quotes it is text, as is what every object of JavaScript has a property for
  const quoted = `id,name,note\n1,"coalesce(a,NULL,b)","${'x'.repeat(70_000)}\n\\N\nNULL\n"\n2,constructor,"say ""NULL"",NULL,"\n`;
  for (const more of [[], ['--rejects', join(folder(t), 'r')]]) {
    const whole = await imported(db, written(t, 't.csv', quoted), ...more);
    assert.equal(whole.code, 0, whole.stderr);
    assert.deepEqual(await db.query('select name, right(note, 9) from t order by id'), [
      ['coalesce(a,NULL,b)', '\n\\N\nNULL\n'],
      ['constructor', '"NULL",NULL,'.slice(-9)],
    ]);
    await db.query('truncate t');
  }
  // MySQL's ENCLOSED BY '"': a quote has a backslash before it, with which COPY ends the quoted part and drops the quote
  for (const text of ['say \\"hi\\"', '\\"x', 'a\\" b']) {
    const escaped = await imported(db, written(t, 't.csv', `"id","name","note"\n"1","${text}","x"\n`));
    assert.deepEqual([escaped.code, await stored(db)], [2, []], escaped.stderr);
    assert.match(escaped.stderr, /a quote follows a backslash, as MySQL writes it/);
  }
  const backslashes = 'id,name,note\n1,"C:\\","a\\""b"\n';
  assert.equal((await imported(db, written(t, 't.csv', backslashes))).code, 0);
  assert.deepEqual(await db.query('select name, note from t'), [['C:\\', 'a\\"b']]);
  await db.query('truncate t');
  // Excel: a byte order mark, ; where the decimal comma is, CRLF, and a line that only it reads
  const lines = 'id;name;note\r\n1;Ada;\r\n4;"""q""";"it\'s; a, b | c"\r\n';
  const few = [values[0], values[3]];
  await arrives(db, written(t, 't.csv', `\ufeff${lines}\r\n`), ['--delimiter', ';'], few);
  await arrives(db, written(t, 't.csv', `\ufeffsep=;\r\n${lines}`), [], few);
  await arrives(db, written(t, 't.csv', `sep=;\r\n${lines}`), ['--rejects', join(folder(t), 'r')], few);
  const guessed = await imported(db, written(t, 't.csv', lines));
  assert.match(guessed.stderr, /its values seem to be separated by ;, .*[^]*--delimiter ';'/);
  const windows = Buffer.from('id,name,note\r\n1,Do\xf1a \x80,x\r\n', 'latin1');
  const plain = await imported(db, written(t, 't.csv', windows));
  assert.match(plain.stderr, /--encoding LATIN1, or WIN1252/);
  for (const more of [[], ['--rejects', join(folder(t), 'r')], ['--map', 'note=']])
    await arrives(
      db,
      written(t, 't.csv', windows),
      ['--encoding', 'WIN1252', ...more],
      [['1', 'Doña €', more[0] === '--map' ? null : 'x']],
    );
  const unread = await imported(db, written(t, 't.csv', windows), '--rejects', join(folder(t), 'r'));
  assert.match(unread.stderr, /is not in UTF-8[^]*--encoding LATIN1/);
  const tabs = await imported(db, written(t, 't.txt', 'id\tname\tnote\r\n1\t"a, b"\tx\r\n'));
  assert.match(tabs.stderr, /is in quotes, as in CSV/);
  await arrives(
    db,
    written(t, 't.txt', 'id\tname\tnote\r\n1\t"a, b"\tx\r\n'),
    ['--input-format', 'csv', '--delimiter', '\\t'],
    [['1', 'a, b', 'x']],
  );
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('id\tname\tnote\r\n1\tx\ty\r\n', 'utf16le')]);
  assert.match((await imported(db, written(t, 't.txt', wide))).stderr, /is a text in UTF-16[^]*iconv/);
  // What COPY would pass over
  const behind = await imported(db, written(t, 't.tsv', `${tsv}\\.\n6\tx\ty\n`));
  assert.match(behind.stderr, /line 8: there are rows after a line \\\., /);
  assert.deepEqual(await stored(db), []);
});

databaseTest("COPY's text format, row by row, means what COPY takes it for", newest, table, async (db, t) => {
  const tsv = 'note\tid\tname\n\\x41\\101\\b\\f\\v\t7\tx\\\ny\nz\\\tw\t8\t\\\\N\n';
  const expected = [
    ['7', 'x\ny', 'AA\b\f\v'],
    ['8', '\\N', 'z\tw'],
  ];
  await arrives(db, written(t, 't.tsv', tsv), [], expected);
  await arrives(db, written(t, 't.tsv', tsv), ['--rejects', join(folder(t), 'r')], expected);
  const { stderr } = await imported(db, written(t, 't.tsv', `${tsv}nine\tx\ty\n`), '--map', 'note=');
  assert.match(stderr, /t\.tsv, line 5, column id: invalid input syntax/);
});
