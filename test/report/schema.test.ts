import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { json } from '../../src/report/json.ts';
import { run } from '../commands/support.ts';
import { databaseTest } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';
import { assertReport, isReport, schema } from './schema.ts';
import { checked, closedTo, hostileSetup, plain, several, statesSetup } from './support.ts';

// The reports of every situation are proved by test/laws/situations.test.ts

test('the package publishes the schema', () => {
  const require = createRequire(fromRoot('package.json'));
  assert.deepEqual(require('pgseq/schema/report.json'), schema);
});

databaseTest(
  'check, fix and its dry run, with all states and a role that may not do all',
  newest,
  statesSetup,
  async (db) => {
    const role = await closedTo(db);
    for (const args of [['check'], ['check', '--role', role], ['fix', '--dry-run'], ['fix', '--role', role], ['fix']]) {
      const { stdout } = await run(db, [...args, '-q', '--format', 'json']);
      assertReport(stdout);
    }
  },
);

databaseTest('fix that had to leave a transaction open', newest, statesSetup, async (db) => {
  const other = await db.connect();
  await other.query('begin; insert into ok values (700)');
  const { stdout } = await run(db, ['fix', '-q', '--wait', '100ms', '--format', 'json']);
  const { holders } = assertReport(stdout) as { holders: unknown[] };
  assert.equal(holders.length, 1);
  await other.query('rollback');
});

databaseTest('several databases, and names of all kinds', newest, hostileSetup, async (db) => {
  const report = await checked(db);
  assertReport(json.check(report, plain));
  assertReport(json.checkAll(several(report, 'a\n"b'), plain));
  assertReport(json.checkAll([], plain));
});

/** A copy of a value with a field more in each object of it, one after the other; where it was put. */
function* spoiled(value: unknown): Generator<{ path: string; spoil: () => void; mend: () => void }> {
  const places: { path: string; at: Record<string, unknown> }[] = [];
  const walk = (path: string, at: unknown): void => {
    if (at === null || typeof at !== 'object') return;
    if (!Array.isArray(at)) places.push({ path, at: at as Record<string, unknown> });
    for (const [key, child] of Object.entries(at)) walk(`${path}/${key}`, child);
  };
  walk('', value);
  for (const { path, at } of places) {
    yield {
      path: `${path}/more`,
      spoil: () => void (at['more'] = 1),
      mend: () => void delete at['more'],
    };
    for (const [key, was] of Object.entries(at))
      yield {
        path: `${path}/${key} missing`,
        spoil: () => void delete at[key],
        mend: () => void (at[key] = was),
      };
  }
}

databaseTest('no field is left to chance: one more or one less is no report', newest, '', async (db) => {
  await db.query('create table t (id serial primary key); insert into t values (7)');
  const report = await checked(db);
  const fixed = await run(db, ['fix', '-q', '--format', 'json']);
  for (const text of [json.check(report, plain), json.checkAll(several(report), plain), fixed.stdout]) {
    const value = assertReport(text);
    let count = 0;
    for (const { path, spoil, mend } of spoiled(value)) {
      spoil();
      assert.ok(!isReport(value), path);
      mend();
      count++;
    }
    assert.ok(count > 50 && isReport(value));
  }
});
