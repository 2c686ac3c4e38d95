import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRow, rowAsText } from '../../../src/pg/query/row-text.ts';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { quoteLiteral } from '../../../src/pg/identifier.ts';

databaseTest('a row as text comes back as its values, whatever they are', newest, '', async (db) => {
  const field = fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[,"\\()\s]{0,6}$/)), {
    nil: null,
  });
  const row = fc.array(
    field.filter((value) => value === null || !value.includes('\0')),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(row, async (values) => {
      const list = values.map((value) => (value === null ? 'null' : `${quoteLiteral(value)}::text`)).join(', ');
      const asText = rowAsText(`select ${list}`);
      const [[text]] = (await db.query(asText ?? '')) as [[string]];
      assert.deepEqual(readRow(text), values);
    }),
    { numRuns: 300 },
  );
});

test('only what brings rows stands in a FROM clause', () => {
  for (const sql of ['select 1', ' -- why\nwith a as (select 1) select * from a', 'values (1)', 'TABLE pg_class'])
    assert.ok(rowAsText(sql) !== null);
  for (const sql of ['set local x = 1', 'alter sequence s cache 1', 'savepoint a', 'insert into t values (1)'])
    assert.equal(rowAsText(sql), null);
});
