import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Database, databaseTest, withDatabase } from '../../support/database.ts';
import { mayEscape, newest, servers } from '../../support/servers.ts';
import { run } from '../support.ts';

const signs = String.raw`" ' "" '' . .. % %s %I $1 $$ \ \' E' ; -- /* */ :x :: {} ( ) = , @ * ?`;
const words =
  'select user table null pg_catalog public nextval A Mixed x NULL true é e\u0301 \u{1f418} \u{1f469}\u200d\u{1f4bb}';
/** Characters that move a cursor, colour, reorder or cannot be seen. */
const invisible = '\n|\r\n|\t| |\u0001|\u001b[31m|\u001b]0;title\u0007|\u009b2J|\u202e|\u2028|\ufeff'.split('|');

/** Any text that PostgreSQL takes for a name: 1 to 63 bytes, no zero byte, whole characters. */
const piece = fc.oneof(
  fc.constantFrom(...signs.split(' '), ...words.split(' '), ...invisible),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);
const name = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((pieces) => fitting(pieces.join('').replaceAll('\0', '')))
  .filter((text) => text !== '' && !text.startsWith('pg_'));
const long = name.map((text) => fitting(text.repeat(63)));
const anyName = fc.oneof({ weight: 5, arbitrary: name }, { weight: 1, arbitrary: long });

/** As many whole characters as 63 bytes hold. */
function fitting(text: string): string {
  let fit = '';
  for (const character of text) {
    if (Buffer.byteLength(fit + character) > 63) break;
    fit += character;
  }
  return fit;
}

interface Names {
  readonly schema: string;
  readonly tableSchema: string;
  readonly table: string;
  readonly column: string;
  readonly sequence: string;
}

const names = fc
  .record({ schema: anyName, tableSchema: anyName, table: anyName, column: anyName, sequence: anyName })
  .filter(({ schema, tableSchema, table, sequence }) => schema !== tableSchema || table !== sequence);

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const literal = (text: string): string => ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Makes the sequence and the table it feeds, with ids to 7 and the sequence at its start. */
function setup({ schema, tableSchema, table, column, sequence }: Names): string {
  const seq = `${quote(schema)}.${quote(sequence)}`;
  const relation = `${quote(tableSchema)}.${quote(table)}`;
  return `create schema ${quote(schema)}; create schema if not exists ${quote(tableSchema)};
    create sequence ${seq};
    create table ${relation} (${quote(column)} bigint default nextval(${literal(seq)}));
    insert into ${relation} values (1), (7)`;
}

function restart({ schema, sequence }: Names): string {
  return `alter sequence ${quote(schema)}.${quote(sequence)} restart`;
}

function position({ schema, sequence }: Names): string {
  return `select last_value, is_called from ${quote(schema)}.${quote(sequence)}`;
}

// oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

async function prove(db: Database, those: Names): Promise<void> {
  await db.query(setup(those));
  const json = await run(db, ['check', '-q', '--format', 'json']);
  assert.equal(json.code, 1, json.stderr);
  const [found] = JSON.parse(json.stdout).sequences as {
    name: string;
    schema: string;
    sequence: string;
    columns: Record<string, string>[];
  }[];
  const [column] = found?.columns ?? [];
  assert.deepEqual(
    [found?.schema, found?.sequence, column?.['schema'], column?.['table'], column?.['column']],
    [those.schema, those.sequence, those.tableSchema, those.table, those.column],
  );
  const [[regclass]] = (await db.query(
    `begin; set local search_path = ''; create temp table answer on commit preserve rows as select oid::regclass::text from pg_class where relname = ${literal(those.sequence)} and relkind = 'S'; commit; select * from answer`,
  )) as [[string]];
  await db.query('drop table answer');
  assert.equal(found?.name, regclass);

  const text = await run(db, ['check', '--show-ok']);
  assert.doesNotMatch(text.stdout + text.stderr, unprintable);

  // The SQL of a dry run, and of the finding, give the end state that fix gives
  const ends: unknown[] = [];
  for (const sql of [
    (await run(db, ['fix', '--dry-run', '-q'])).stdout,
    JSON.parse(json.stdout).findings[0].fix as string,
  ]) {
    await db.query(sql);
    ends.push(await db.query(position(those)));
    await db.query(restart(those));
  }
  const locked = await run(db, ['fix', '--dry-run', '-q', '--method', 'lock']);
  await db.query(locked.stdout);
  ends.push(await db.query(position(those)));
  await db.query(restart(those));

  const fixed = await run(db, ['fix', '--sequence', `${pattern(those.schema)}.${pattern(those.sequence)}`]);
  assert.equal(fixed.code, 0, fixed.stdout + fixed.stderr);
  assert.doesNotMatch(fixed.stdout + fixed.stderr, unprintable);
  ends.push(await db.query(position(those)));
  assert.deepEqual(
    ends,
    Array.from({ length: 4 }, () => [['7', 't']]),
  );
  const clean = await run(db, ['check', '-q', '-t', `${pattern(those.tableSchema)}.${pattern(those.table)}`]);
  assert.deepEqual([clean.code, clean.stdout.split(/[;\n]/)[0]], [0, '1 sequence: 1 ok']);

  const role = db.role('r');
  const script = await run(db, ['sql', 'role', '--name', role]);
  await db.query(script.stdout);
  const roles = await run(db, ['check', '--role', role, '-q']);
  assert.equal(roles.code, 0, roles.stdout + roles.stderr);
  await db.query(`drop owned by ${role}; drop role ${role}`);
}

/** A pattern that matches exactly this name: psql's, in double quotes. */
function pattern(text: string): string {
  return quote(text);
}

/** Names that have broken something somewhere. */
const notorious: readonly Names[] = [
  { schema: '"', tableSchema: "'", table: '.', column: '"."', sequence: '\\' },
  { schema: 'a.b', tableSchema: 'a', table: 'b.c', column: 'd.e', sequence: 'b"."c' },
  { schema: 'select', tableSchema: 'null', table: 'user', column: 'table', sequence: 'nextval' },
  { schema: '%', tableSchema: '%s', table: '%I', column: '$1', sequence: '$$' },
  { schema: '\n', tableSchema: '\r', table: '\t', column: '\u001b[2J', sequence: '\u0007\n-- x\nselect 1;' },
  {
    schema: 'ü',
    tableSchema: '\u{1f418}'.repeat(15),
    table: 'x'.repeat(63),
    column: 'y'.repeat(63),
    sequence: `${'z'.repeat(62)}"`,
  },
  { schema: "'; drop table x; --", tableSchema: '/*', table: '*/', column: "\\'", sequence: "E'\\" },
  { schema: 'PUBLIC', tableSchema: 'Public', table: 'T', column: 'ID', sequence: 'T_ID_seq' },
];

for (const server of servers) {
  test(`any legal names, through check, fix and their SQL (${server.name})`, async () => {
    const property = fc.asyncProperty(names, async (those) => {
      await withDatabase(server, 'names', '', (db) => prove(db, those));
    });
    await fc.assert(property, {
      numRuns: server === newest ? 12 : 2,
      examples: notorious.map((those) => [those]),
      endOnFailure: true,
    });
  });
}

const escaping = servers.findLast(mayEscape);

test('names and defaults with backslashes, where they are escapes in plain literals', {
  skip: escaping === undefined,
}, async () => {
  await withDatabase(escaping ?? newest, 'backslashes', '', async (db) => {
    await db.query(`alter database ${db.name} set standard_conforming_strings = off`);
    const odd = { schema: "\\'a", tableSchema: 'b\\', table: '\\\\', column: 'c\\n', sequence: "\\'; --" };
    await prove(db, odd);
    // The survey finds the sequence in the text of this default by its own patterns
    await db.query(
      `create sequence late; create table t (id bigint default nextval('late'::text)); insert into t values (3)`,
    );
    const { stdout } = await run(db, ['check', '-q', '-t', 't']);
    assert.match(
      stdout,
      /^error: public\.t\.id: the next id would be 1, but ids up to 3 exist \(sequence public\.late\)/,
    );
  });
});

databaseTest(
  'whatever a database sets for its sessions, the same is found',
  servers,
  `create table t (id serial primary key); insert into t values (1);
   create table late (id int default nextval(('late_s'::text)::regclass)); create sequence late_s; insert into late values (1)`,
  async (db) => {
    const plain = await run(db, ['check', '-q', '--format', 'json']);
    assert.deepEqual([plain.code, JSON.parse(plain.stdout).summary.behind], [1, 2]);
    await db.query(`alter database ${db.name} set quote_all_identifiers = on`);
    await db.query(`alter database ${db.name} set pgseq.sequences = '[]'`);
    assert.deepEqual(await run(db, ['check', '-q', '--format', 'json']), plain);
  },
);

// What pgseq calls things within its own queries: a table or a column of that name must not be taken for them
const ownNames = [
  ...'abcdefghijklmnopqrstuvwxyz'.split(''),
  'stored',
  'next',
  'last_value',
  'is_called',
  'tableoid_',
  'held',
  'r0',
];
const called = ownNames.map(
  (
    own,
  ) => `create table "${own}" ("${own}" bigserial, "in list" int, primary key ("${own}", "in list")) partition by list ("in list");
    create table "${own}_1" partition of "${own}" for values in (1); insert into "${own}" values (7, 1);
    create sequence "${own}_by_two" increment 2; create table "${own}_2" ("${own}" numeric default nextval('"${own}_by_two"'));
    insert into "${own}_2" values (7)`,
);

databaseTest(
  'tables and columns called as something in the queries of pgseq',
  servers,
  called.join(';\n'),
  async (db) => {
    const found = await run(db, ['check', '-q', '--format', 'json']);
    const { summary } = JSON.parse(found.stdout) as { summary: { sequences: number; behind: number } };
    assert.deepEqual([summary.behind, summary.sequences], [2 * ownNames.length, 2 * ownNames.length]);
    assert.equal((await run(db, ['fix', '-q'])).code, 0);
  },
);
