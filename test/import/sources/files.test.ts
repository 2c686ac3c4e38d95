import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Source, SourceTable } from '../../../src/import/source.ts';
import { Problem } from '../../../src/problem.ts';
import { openSource } from '../../../src/import/sources/index.ts';
import { amount } from '../../support/proof.ts';
import { sqlite, withoutSqlite } from '../../support/sqlite.ts';
import { closing, folder, options, tableOf, textOf } from './support.ts';

// Runs on every Node: streams, decoders.

const open = closing(openSource);

// Files as sources: what they are, which columns they have, and what goes to PostgreSQL.

async function opened(
  t: TestContext,
  name: string,
  content: string | Buffer,
  more: Parameters<typeof options>[0] = {},
): Promise<Source & { readonly path: string }> {
  const path = join(folder(t), name);
  writeFileSync(path, content);
  const source = await openSource(path, options(more));
  t.after(() => source.close());
  return { ...source, path };
}

function only({ tables }: Source): SourceTable {
  assert.equal(tables.length, 1);
  return tables[0] as SourceTable;
}

/** What a table's rows are row by row, in COPY's text format. */
async function rowwise(table: SourceTable): Promise<{ text: string; placeOf: (row: number) => unknown }> {
  const columns = (table.columns ?? []).map((source) => ({ source, type: 'text' }));
  const stream = table.read({ columns, rowwise: true, signal: undefined });
  let text = '';
  for await (const chunk of stream.chunks) text += Buffer.from(chunk).toString();
  return { text, placeOf: (row) => stream.placeOf(row) };
}

const isProblem =
  (message: RegExp) =>
  (error: unknown): true => {
    assert.ok(error instanceof Problem, String(error));
    assert.match(error.message, message);
    return true;
  };

test('CSV goes as it lies there, and its header names the columns', async (t) => {
  const csv = 'id,"Full, name"\r\n1,"a ""b"""\r\n2,\r\n3,""\r\n';
  const source = await opened(t, 'users.csv', csv);
  const table = only(source);
  assert.deepEqual([table.name, table.columns], ['users', ['id', 'Full, name']]);
  const columns = ['id', 'Full, name'].map((name) => ({ source: name, type: 'text' }));
  const stream = table.read({ columns, rowwise: false, signal: undefined });
  assert.deepEqual(stream.format, { kind: 'csv', delimiter: ',', header: true, encoding: null });
  assert.equal(await textOf(table), csv);
});

test('a byte order mark is no part of the first name, nor of what is sent', async (t) => {
  const table = only(await opened(t, 'users.csv', '\ufeffid,name\n1,x\n'));
  assert.deepEqual(table.columns, ['id', 'name']);
  assert.equal(await textOf(table), 'id,name\n1,x\n');
});

test('the end of a CSV tells which ids it likely reaches, where every line is a row', async (t) => {
  const likely = async (name: string, content: string | Buffer): Promise<unknown> =>
    only(await opened(t, name, content)).likely;
  assert.deepEqual(await likely('a.csv', 'id,name,n\n1,x,\n7,y,3\n5,z,4\n'), [{ column: 'id', value: 7n }]);
  assert.deepEqual(await likely('a.csv', 'id,name\n1,x\n7,"y\n99,z"\n'), []);
  assert.deepEqual(await likely('a.csv', 'id,name\n'), []);
  assert.deepEqual(await likely('a.csv.gz', gzipSync('id,name\n1,x\n7,y\n')), []);
});

test('row by row CSV means what COPY takes it for, and every row has its line', async (t) => {
  const csv = 'id,name\n1,\n2,""\n3,"two\nlines"\n4,"tab\there \\N"\n5,last';
  const { text, placeOf } = await rowwise(only(await opened(t, 'users.csv', csv)));
  assert.equal(text, '1\t\\N\n2\t\n3\ttwo\\nlines\n4\ttab\\there \\\\N\n5\tlast\n');
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((row) => placeOf(row)),
    [2, 3, 4, 6, 7].map((line, at) => ({ line, row: at + 1 })),
  );
});

test('what a file is: by its name, else by its content, and --source-format has the last word', async (t) => {
  for (const [name, content, columns] of [
    ['a.tsv', 'id\tname\n1\tx\n', ['id', 'name']],
    ['a.csv.gz', gzipSync('id,name\n1,x\n'), ['id', 'name']],
    ['a', 'id\tname\n1\tx\n', ['id', 'name']],
    ['a', '{"id":1}\n{"id":2,"more":3}\n', ['id', 'more']],
    ['a', ' [ {"id":1}, {"x":2} ]', ['id', 'x']],
    ['a.jsonl', '{"id":[1]}', ['id']],
    ['a.ndjson.gz', gzipSync('{"id":1}\n\n{"y":1}'), ['id', 'y']],
    ['a.json', '\ufeff{"id":1}', ['id']],
  ] as const)
    assert.deepEqual(only(await opened(t, name, content)).columns, columns, `${name} ${String(content)}`);
  const forced = await opened(t, 'a.json', 'id;name\n1;x\n', { format: 'csv', delimiter: ';' });
  assert.deepEqual(only(forced).columns, ['id', 'name']);
  const bare = await opened(t, 'a.csv', '1,x\n', { columns: ['id', 'name'] });
  assert.deepEqual(only(bare).columns, ['id', 'name']);
  assert.equal((await rowwise(only(bare))).text, '1\tx\n');
});

test('JSON: numbers keep their digits, a key that is missing is NULL, and text is escaped', async (t) => {
  const rows = String.raw`{"id": 9007199254740993, "n": 1e400, "t": "a\tb\u0041\\", "b": true}
{"id": -0.10, "j": {"k": 9007199254740993}, "t": null}`;
  const table = only(await opened(t, 'a.ndjson', rows));
  assert.deepEqual([table.columns, table.rows], [['id', 'n', 't', 'b', 'j'], 2n]);
  assert.equal(
    await textOf(table),
    '9007199254740993\t1e400\ta\\tbA\\\\\ttrue\t\\N\n-0.10\t\\N\t\\N\t\\N\t{"k": 9007199254740993}\n',
  );
});

test('JSON by the type of the column', async (t) => {
  const row =
    '{"a":["x","q\\"\\\\",null,[1]],"j":["x"],"s":"\\u0000x","r":{"type":"Buffer","data":[0,255]},"js":"text"}';
  const table = only(await opened(t, 'a.ndjson', row));
  const types = { a: 'text[]', j: 'jsonb', r: 'bytea', js: 'json' };
  const columns = Object.entries(types).map(([source, type]) => ({ source, type }));
  const { chunks } = table.read({ columns, rowwise: false, signal: undefined });
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  assert.equal(text, '{"x","q\\\\"\\\\\\\\",NULL,{"1"}}\t["x"]\t\\\\x00ff\t"text"\n');
});

test('a document of tables: each can be read when its turn comes', async (t) => {
  const json = '{\n "posts": [ {"id": 1, "t": "]}"},\n {"id": 2} ],\n "users":[], "tags" : [{"n":"[{\\""}]\n}';
  for (const [name, content] of [
    ['all.json', json],
    ['all.json.gz', gzipSync(json)],
  ] as const) {
    const source = await opened(t, name, content);
    assert.deepEqual(
      source.tables.map(({ name: table, rows, columns }) => [table, rows, columns]),
      [
        ['posts', 2n, ['id', 't']],
        ['users', 0n, []],
        ['tags', 1n, ['n']],
      ],
    );
    assert.equal(await textOf(tableOf(source, 'tags')), '[{"\n');
    const { text, placeOf } = await rowwise(tableOf(source, 'posts'));
    assert.equal(text, '1\t]}\n2\t\\N\n');
    assert.deepEqual(placeOf(2), { line: 3, row: 2 });
  }
});

/** What is kept aside: in a folder that is nobody else's while the test runs. */
function keptAside(t: TestContext): () => string[] {
  const { TMPDIR } = process.env;
  const aside = folder(t);
  process.env['TMPDIR'] = aside;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  });
  return () => readdirSync(aside);
}

test('standard input is kept aside while it is needed, and nowhere afterwards', async (t) => {
  const left = keptAside(t);
  const input = (): Readable => Readable.from([gzipSync('id,name\n1,x\n')]);
  const [source, byName] = [
    await openSource('-', options({ input, table: 'users' })),
    await openSource('/dev/stdin', options({ input, table: 'users' })),
  ];
  assert.deepEqual(
    byName.tables.map(({ name }) => name),
    source.tables.map(({ name }) => name),
  );
  await byName.close();
  assert.deepEqual([source.name, only(source).columns], ['standard input', ['id', 'name']]);
  assert.equal(await textOf(only(source)), 'id,name\n1,x\n');
  assert.equal(left().length, 1);
  await source.close();
  assert.deepEqual(left(), []);
  await assert.rejects(
    openSource('-', options({ input: () => Readable.from(['{"a":']) })),
    isProblem(/standard input/),
  );
  assert.deepEqual(left(), []);
});

test('an SQLite file on standard input too, and messages call it so', { skip: withoutSqlite }, async (t) => {
  const bytes = readFileSync(
    sqlite(join(folder(t), 'a'), "create table users (id int, name); insert into users values (1, 'x')"),
  );
  const left = keptAside(t);
  const piped = (content: Buffer, tables: string[] = []): ReturnType<typeof options> =>
    options({ input: () => Readable.from([content]), tables });
  const source = await open('-', piped(bytes));
  assert.equal(source.name, 'standard input');
  assert.equal(await textOf(only(source)), '1\tx\n');
  assert.equal(left().length, 1);
  await source.close();
  assert.deepEqual(left(), []);
  await assert.rejects(openSource('-', piped(bytes, ['posts'])), isProblem(/^standard input has no table posts$/));
  await assert.rejects(openSource('-', piped(bytes.subarray(0, 4000))), isProblem(/^standard input /));
  assert.deepEqual(left(), []);
});

test('an SQLite file is called as it was typed', { skip: withoutSqlite }, async (t) => {
  const cwd = folder(t);
  sqlite(join(cwd, 'a.db'), 'create table users (id int)');
  for (const spec of ['a.db', 'sqlite:a.db', 'sqlite://a.db']) {
    const source = await open(spec, options({ cwd }));
    await source.close();
    assert.equal(source.name, 'a.db');
    await assert.rejects(
      openSource(spec, options({ cwd, tables: ['posts'] })),
      isProblem(/^a\.db has no table posts$/),
    );
  }
  assert.deepEqual(readdirSync(cwd), ['a.db']);
});

for (const [what, name, content, message] of [
  ['an empty CSV', 'a.csv', '', /a\.csv is empty/],
  ['an empty JSON', 'a.json', ' \n', /a\.json is empty/],
  ['UTF-16', 'a.csv', Buffer.from('\ufeffid,name', 'utf16le'), /UTF-16/],
  ['two columns of one name', 'a.csv', 'id,id\n', /two columns called "id"/],
  ['broken JSON', 'a.ndjson', '{"id":1}\n{"id":}\n', /a\.ndjson, line 2: not JSON/],
  ['a value that is no row', 'a.ndjson', '{"id":1}\n\n7\n', /a\.ndjson, line 3: 7 is not a row/],
  ['a document that is cut', 'a.json', '{"users":[{"id":1},', /the document is truncated/],
  ['a member that is no array', 'a.json', '{"users":[],"n":{"id":1}}', /"n" is not an array/],
  ['a member that is a number', 'a.json', '{"users":[],"n":7}', /"n" is not an array/],
  ['a member that appears twice', 'a.json', '{"users":[],"users":[]}', /"users" appears twice/],
  ['an archive of pg_dump', 'a.dump', Buffer.from('PGDMP\u0001\u000e\u0000 and more'), /archive of pg_dump/],
  ['a truncated gzip', 'a.ndjson.gz', gzipSync('{"id":1}\n'.repeat(99)).subarray(0, 30), /is truncated/],
] as const)
  test(`${what} is refused`, async (t) => {
    await assert.rejects(opened(t, name, content), isProblem(message));
  });

test('what is missing, and what is a directory', async (t) => {
  await assert.rejects(openSource('/nowhere/x.csv', options()), isProblem(/no such file/));
  await assert.rejects(openSource(folder(t), options()), isProblem(/is a directory/));
});

test('a truncated gzip of CSV ends in a Problem, not in fewer rows', async (t) => {
  const rows = Array.from({ length: 200_000 }, (_, n) => `${n},${(n * 7919) % 100_003}\n`).join('');
  const whole = gzipSync(`id,n\n${rows}`);
  const table = only(await opened(t, 'a.csv.gz', whole.subarray(0, whole.length - 1000)));
  await assert.rejects(textOf(table), isProblem(/a\.csv\.gz: the compressed file is truncated/));
});

test('a stray quote and a row of other width, row by row', async (t) => {
  const quote = only(await opened(t, 'a.csv', 'id,name\n1,"x"y\n2,z\n'));
  await assert.rejects(rowwise(quote), isProblem(/a\.csv: .*line 2/i));
  const wide = only(await opened(t, 'a.csv', 'id,name\n1,x\n2,y,z\n'));
  await assert.rejects(rowwise(wide), isProblem(/a\.csv.*line 3/i));
});

test('a file that changes while it is read', async (t) => {
  for (const change of [(path: string) => appendFileSync(path, '2,y\n'), (path: string) => truncateSync(path, 10)]) {
    const source = await opened(t, 'a.csv', 'id,name\n1,x\n');
    change(source.path);
    await assert.rejects(textOf(only(source)), isProblem(/changed while it was being read/));
  }
});

test(`a line of ${amount(16, 100)} MB`, async (t) => {
  const long = 'x'.repeat(amount(16, 100) * 1024 * 1024);
  const csv = only(await opened(t, 'a.csv', `id,text\n1,${long}\n2,short\n`));
  assert.equal((await textOf(csv)).length, long.length + 'id,text\n1,\n2,short\n'.length);
  const json = only(await opened(t, 'a.ndjson', `{"id":1,"text":"${long}"}\n{"id":2}\n`));
  assert.equal((await textOf(json)).length, long.length + '1\t\n2\t\\N\n'.length);
});

test('JSON tells how far its whole numbers reach, where all of a column are such', async (t) => {
  const rows = '[{"id":3,"n":null,"x":1.5,"s":"7","big":1},{"id":-12,"n":9,"big":9007199254740993},{"id":null,"x":2}]';
  for (const [name, content] of [
    ['t.json', rows],
    ['t.ndjson', rows.slice(1, -1).replaceAll('},{', '}\n{')],
  ] as const)
    assert.deepEqual(only(await opened(t, name, content)).furthest, [
      { column: 'id', value: 3n },
      { column: 'n', value: 9n },
    ]);
});
