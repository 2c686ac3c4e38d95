import assert from 'node:assert/strict';
import { withQueryable } from '../../support/queryable.ts';
import { check } from '../../../src/core/check.ts';
import { fix } from '../../../src/core/fix.ts';
import { changeGuards } from '../../../src/guard/run.ts';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';

databaseTest(
  'above each statement of a cure stands what it locks, rewrites or opens',
  newest,
  `create table "wi'de" (id serial primary key); insert into "wi'de" select generate_series(1, 1000); insert into "wi'de" values (2147483647);
   select setval('"wi''de_id_seq"', 2147483647);
   create table parts (id serial) partition by range (id); create table part partition of parts for values from (1) to (maxvalue);
   insert into parts values (1), (2147483647); select setval('parts_id_seq', 2147483647);
   create table late (id bigint primary key); create sequence late_id_seq as integer owned by late.id;
   alter table late alter id set default nextval('late_id_seq');
   create sequence free_seq; create table free (id int default nextval('free_seq'));`,
  async (db) => {
    const { findings } = await withQueryable(db.url, (one) => check(one, { nearLimit: 80 }));
    const fixes = findings.flatMap(({ rule, fix }) => (fix === null || rule === 'behind' ? [] : fix.split('\n')));
    assert.ok(fixes.length > 6);
    for (const [i, line] of fixes.entries()) if (!line.startsWith('--')) assert.match(fixes[i - 1] ?? '', /^-- /, line);
    const text = fixes.join('\n');
    assert.match(
      text,
      /^-- rewrites "public"\."wi'de" and its indexes \(\d+ kB\): blocks all reads and writes .*ACCESS EXCLUSIVE/m,
    );
    assert.match(text, /^-- rewrites "public"\."parts" and its indexes \(8\.2 kB\)/m);
    assert.match(text, /^-- rewrites no table; .*\nalter sequence "public"\."late_id_seq" as bigint;$/m);
    assert.match(
      text,
      /^-- from then on, dropping the column or table drops the sequence .*\nalter sequence .* owned by /m,
    );
    assert.doesNotMatch(text, /bypassrls/);
  },
);

databaseTest(
  'a dry run says above each transaction what it locks',
  newest,
  'create table t (id serial primary key); insert into t values (9); create table u (id serial primary key)',
  async (db) => {
    await withQueryable(db.url, async (one) => {
      const above = (script: string | null, statement: RegExp): string => {
        const units = (script ?? '').split(/(?<=^commit;\n)/m).filter((unit) => statement.test(unit));
        assert.ok(units.length > 0, script ?? '');
        return units.map((unit) => /^((?:\s*--.*\n)*)/.exec(unit.trimStart())?.[1] ?? '').join('');
      };
      const locked = await fix(one, { dryRun: true, method: 'lock', lockTimeout: 250 });
      assert.match(above(locked.script, /^alter sequence /m), /inserts that use it wait .* up to 250 ms more/);
      const stepped = await fix(one, { dryRun: true });
      assert.doesNotMatch(stepped.script ?? '', /wait/);
      const install = await changeGuards(one, 'install', { dryRun: true, newTables: true });
      assert.match(above(install.script, /^create schema /m), /creates the schema pgseq/);
      assert.match(above(install.script, /pgseq\.protect\('/), /^(?:-- writers of the table wait .*\n){2}$/);
      assert.match(above(install.script, /^create event trigger /m), /every CREATE TABLE/);
      await changeGuards(one, 'install', { tables: ['t'] });
      for (const [verb, words] of [
        ['disable', /SHARE ROW EXCLUSIVE/],
        ['remove', /ACCESS EXCLUSIVE/],
      ] as const)
        assert.match(above((await changeGuards(one, verb, { dryRun: true })).script, /^(?:alter|drop) t/m), words);
    });
  },
);
