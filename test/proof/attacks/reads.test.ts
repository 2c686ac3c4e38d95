import assert from 'node:assert/strict';
import { lookInto } from '../../../src/dump/filled.ts';
import { open as openSource } from '../../../src/import/sources/postgresql/index.ts';
import { inStepAfter } from '../../../src/index.ts';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { withQueryable } from '../../support/queryable.ts';
import { closing, options, problemOf, tableOf, textOf } from '../../import/sources/support.ts';
import { servers } from '../../support/servers.ts';
import { mallory } from './mallory.ts';
import { plantAll } from './planted.ts';

// All that reads a table beside measuring it: a source of an import, a dry run, counting for restore, explain, and inStepAfter.

databaseTest('what is planted runs for nobody who reads', servers, '', async (db, t) => {
  const { loot } = await plantAll(db, t);
  const relations = (
    await db.query(`
    select pg_catalog.concat(n.nspname, '.', c.relname), a.attname, case a.attname when 'whole' then '(1)' else '5000' end,
           (select string_agg(pg_catalog.concat(pg_catalog.quote_ident(o.attname), ' text'), ', ') from pg_attribute o
            where o.attrelid = c.oid and o.attnum > 0 and o.attgenerated = '')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
    where n.nspname in ('shop', 'public') and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`)
  ).map(([name, column, value, columns]) => ({ name: name ?? '', column: column ?? '', value, columns }));
  const run = async (words: readonly string[], input = ''): Promise<string> => {
    const { code, stderr } = await pgseq(words, { input });
    assert.deepEqual(loot(), [], words.join(' '));
    return `${code} ${stderr}`;
  };
  const refused = (said: string): string[] =>
    [...said.matchAll(/cannot (?:read|try rows in copies of) ([^:]+): /g)].flatMap(([, list = '']) => list.split(', '));
  const without = (names: readonly string[]): typeof relations => relations.filter(({ name }) => !names.includes(name));

  const all = relations.flatMap(({ name }) => ['--table', name]);
  const notRead = refused(await run(['import', db.url, ...all, '--to', db.url]));
  const read = without(notRead);
  const made = `create schema shop; ${read.map(({ name, columns }) => `create table ${name} (${columns})`).join('; ')}`;
  await withDatabase(db.server, `empty beside ${db.name}`, made, async (other) => {
    const words = read.flatMap(({ name }) => ['--table', name]);
    assert.match(await run(['import', db.url, ...words, '--to', other.url]), /^0 /);
    assert.deepEqual(await other.query('select * from public.control'), [['7', null]]);
  });

  const dryRun = ['import', '-', '--input-format', 'json', '--to', db.url, '--dry-run'];
  const rowsOf = (some: typeof relations): string =>
    JSON.stringify(Object.fromEntries(some.map(({ name, column, value }) => [name, [{ [column]: value }]])));
  const tables = relations.filter(({ name }) => !isNoTable.test(name));
  const notTried = refused(await run(dryRun, rowsOf(tables)));
  const tried = tables.filter(({ name }) => !notTried.includes(name) && name !== 'public.bare');
  // Some of their sequences feed tables that are not read, and stay unknown
  assert.doesNotMatch(await run(dryRun, rowsOf(tried)), /nothing was imported|cannot/);
  await run([...dryRun, '--on-conflict', 'skip'], rowsOf(tried));
  const bare = relations.filter(({ name }) => name === 'public.bare');
  assert.match(await run(dryRun, rowsOf(bare)), /^2 .*on the search_path to run with --trust-owners/s);
  const names = (some: typeof relations): string => some.map(({ name }) => name.replace('shop.', '')).join(' ');
  // Rows are copied without being planned; but what their checks, domains and defaults call would run in a dry run
  assert.equal(
    names(read),
    `public.bare public.coded public.control public.elder public.parent public.younger composed constrained defaulted domained excluded executed generated limited parted_all ruled secured summed texted triggered typed`,
  );
  assert.equal(
    names(tried),
    `public.coded public.control public.elder public.parent defaulted executed parted_all ruled secured summed triggered`,
  );

  const errors = relations.map(
    ({ name, column }) =>
      `ERROR:  duplicate key value violates unique constraint "${name.split('.')[1]}_pkey"\nDETAIL:  Key (${column})=(5) already exists.`,
  );
  await run(['explain', '-', '--url', db.url], errors.join('\n'));

  await withQueryable(db.url, async (session) => {
    const queryOptions = { statementTimeout: 10_000, lockTimeout: 1000 };
    const counted = await lookInto(
      session,
      queryOptions,
      relations.map(({ name }) => ({ schema: name.split('.')[0] ?? '', name: name.split('.')[1] ?? '' })),
    );
    assert.equal(counted.get('"public"."control"')?.rows, 1n);
    assert.equal(counted.get('"shop"."indexed"')?.rows, null);
    await inStepAfter(session, () => db.query("select pg_catalog.setval('public.control_id_seq', 3)"));
  });
  assert.deepEqual(loot(), []);

  // Whoever trusts the owners is robbed: it would have been seen
  await pgseq(['import', db.url, '--table', 'shop.indexed', '--to', db.url, '--trust-owners']);
  assert.deepEqual(loot(), ['index expression as postgres']);
});

/** A view or a foreign table is refused as a target, whatever it calls. */
const isNoTable = /\.(?:view|below|kept|far_away|far_too|above|over|beside|orders_id_seq)$/;

databaseTest('an index that is planted while a source is open ends the read', servers, '', async (db, t) => {
  const { role, session, loot } = await mallory(db, t);
  await db.query(`create table public.parted (id int, name text) partition by range (id);
    create table public.low partition of public.parted for values from (0) to (100);
    insert into public.parted values (5, 'a'); alter table public.parted owner to ${role}; alter table public.low owner to ${role}`);
  const open = closing(openSource);
  const source = await open(db.url, options({ tables: ['parted'] }));
  await session.query("create index on public.low ((shop.evil('index while open')))");
  // The reader's own snapshot would not show it
  const problem = await problemOf(textOf(tableOf(source, 'parted')));
  assert.match(
    `${problem.message}; ${problem.hint}`,
    /given code of another role, while it was being read; run it again/,
  );
  assert.deepEqual(loot(), []);
  await source.close();
  assert.match(
    (await problemOf(open(db.url, options({ tables: ['parted'] })))).message,
    /public\.parted: planning a read may run code/,
  );
  assert.deepEqual(loot(), []);
  const trusting = await open(db.url, options({ tables: ['parted'], trustOwners: true }));
  assert.match(await textOf(tableOf(trusting, 'parted')), /^5/);
  assert.deepEqual(loot(), ['index while open as postgres']);
  await trusting.close();
});
