import assert from 'node:assert/strict';
import { json } from '../../src/report/json.ts';
import { text } from '../../src/report/text.ts';
import { databaseTest } from '../support/database.ts';
import { newest } from '../support/servers.ts';
import { checked, plain, several, statesSetup } from './support.ts';

databaseTest('text: a heading for each database, then one line of totals', newest, statesSetup, async (db) => {
  const report = await checked(db);
  const one = text.check(report, plain);
  const total = one.trimEnd().split('\n').at(-1) ?? '';
  assert.equal(
    total,
    '8 sequences: 1 behind, 1 exhausted, 3 ok, 1 empty, 1 unlinked, 1 incomparable; 2 notes (--show-ok); unlinked: public.unlinked',
  );
  assert.equal(
    text.checkAll(several(report), plain),
    `shop

${one}
shop of <yesterday>

error: password authentication failed for user "app"
  100%
  see ~/.pgpass

shop again

${one}
3 databases, 1 of them unchecked: 16 sequences: 2 behind, 2 exhausted, 6 ok, 2 empty, 2 unlinked, 2 incomparable; 4 notes (--show-ok); unlinked: public.unlinked
`,
  );
  assert.equal(text.checkAll([], plain), '0 databases: 0 sequences\n');
});

databaseTest('json: one envelope for each database, and the sums of all', newest, statesSetup, async (db) => {
  const report = await checked(db);
  const one = JSON.parse(json.check(report, plain)) as Record<string, unknown>;
  const all = JSON.parse(json.checkAll(several(report), plain)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(all), ['report', 'version', 'command', 'summary', 'databases']);
  assert.deepEqual(all, {
    report: 1,
    version: one['version'],
    command: 'check',
    summary: {
      sequences: 16,
      ok: 6,
      behind: 2,
      exhausted: 2,
      empty: 2,
      unlinked: 2,
      incomparable: 2,
      unknown: 0,
    },
    databases: [
      { name: 'shop', ...one },
      {
        name: 'shop of <yesterday>',
        error: { code: '28P01', message: 'password authentication failed for user "app"\n100%', hint: 'see ~/.pgpass' },
      },
      { name: 'shop again', ...one },
    ],
  });
});
