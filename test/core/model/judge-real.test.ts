import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../../src/index.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest } from '../../support/servers.ts';
import * as cases from '../cases/judge.ts';
import { compare, type Row, rows } from '../cases/read.ts';
import { stored } from '../cases/stored.ts';
import { expected, type Name, verdict } from '../cases/verdict.ts';
import { bySql, saidBy } from '../../psql/support.ts';

/** All that needs nothing but a sequence and tables that take their values from it. */
const { margins: _, unknown: __, cycling: ___, ...made } = cases;
const all = Object.values(made)
  .flatMap((table) => rows<Name>(table))
  .filter((row) => !/\bcycle\b/.test(row.sequence) && !/:|idle|date/.test(row.stored));

const name = (i: number): string => `s${String(i).padStart(4, '0')}`;

function statements(row: Row<Name>, i: number): string {
  const { sequence, columns, position } = stored(row);
  const { dataType, increment, min, max, start, cache } = sequence;
  const at = position === null ? '' : `select setval('${name(i)}', ${position.lastValue}, ${position.isCalled});`;
  const tables = columns.map(({ fed, type, owned, texts }, place) => {
    const table = `${name(i)}_t${place}`;
    const draws = fed.client ? '' : ` default nextval('${name(i)}')`;
    const values = texts
      .map((text) => `('${text}')`)
      .join(',')
      .replaceAll("'null'", 'null');
    return `create table ${table} (id ${type}${draws});
      ${owned ? `alter sequence ${name(i)} owned by ${table}.id;` : ''}
      ${values === '' ? '' : `insert into ${table} values ${values};`}`;
  });
  return `create sequence ${name(i)} as ${dataType} increment ${increment} minvalue ${min} maxvalue ${max} start ${start} cache ${cache};
    ${at} ${tables.join('\n')}`;
}

/** The links of columns whose block is given. */
function links(row: Row<Name>, i: number): string[] {
  const columns = row.stored.split(';').flatMap((part, place) => {
    const [, block] = /@(\w+)/.exec(part) ?? [];
    return block === undefined ? [] : [`${name(i)}_t${place}.id@${block}`];
  });
  return columns.map((column) => `${name(i)}=${column}`);
}

test('there are hundreds of cases', () => {
  assert.ok(all.length > 300, `${all.length}`);
});

databaseTest('the cases of judge.test.ts, made in a real PostgreSQL', newest, '', async (db: Database) => {
  // A numeric with more digits behind the point than it has, or with fewer than none, came with PostgreSQL 15
  const table = all.filter((row) => db.server.major >= 15 || !/numeric\(3,5\)|numeric\(2,-3\)/.test(row.stored));
  await db.query(table.map((row, i) => statements(row, i)).join('\n'));
  await withQueryable(db.url, async (session) => {
    const { sequences } = await check(session, { links: table.flatMap((row, i) => links(row, i)), maxJump: 100 });
    const found = new Map(sequences.map((sequence) => [sequence.sequence, sequence]));
    compare(table, expected, (row) => {
      const one = found.get(name(table.indexOf(row)));
      assert.ok(one !== undefined, row.sequence);
      return verdict(one);
    });
  });
  // … and what PostgreSQL says by itself, without us
  const given = table.flatMap((row, i) => links(row, i));
  const { stdout } = await pgseq([
    'check',
    '--format',
    'json',
    '--max-jump=100%',
    ...given.flatMap((link) => ['--link', link]),
    db.url,
  ]);
  assert.deepEqual(await bySql(db, { links: given, maxJump: 100 }), saidBy(stdout));
});
