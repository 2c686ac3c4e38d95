import assert from 'node:assert/strict';
import { withQueryable } from '../support/queryable.ts';
import { check } from '../../src/core/check.ts';
import { databaseTest } from '../support/database.ts';
import { newest } from '../support/servers.ts';

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
      /^-- rewrites "public"\."wi'de" and its indexes \(\d+ kB\): nobody reads or writes it .*ACCESS EXCLUSIVE/m,
    );
    assert.match(text, /^-- rewrites "public"\."parts" and its indexes \(8\.2 kB\)/m);
    assert.match(text, /^-- rewrites no table; .*\nalter sequence "public"\."late_id_seq" as bigint;$/m);
    assert.match(text, /^-- from then on the sequence is dropped .*\nalter sequence .* owned by /m);
    assert.doesNotMatch(text, /bypassrls/);
  },
);
