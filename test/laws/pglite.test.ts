import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { queryable } from '../../src/adapters/pglite.ts';
import { check } from '../../src/core/check.ts';
import { fix } from '../../src/core/fix.ts';
import { text } from '../../src/report/text.ts';
import { startPglite } from '../support/pglite.ts';
import { pick, seed } from '../support/proof.ts';
import { type Situation, situations } from './folder.ts';
import { libraryOptions } from './library.ts';

// PGlite counts as one more server: the same situations, through the library and its adapter. One instance for all of them,
// emptied in between, because making one takes seconds. Every third situation, others each time; all of them by `npm run proof`.
const server = await startPglite();
const db = queryable(server);

after(() => server.close());

test('situations (PGlite)', async (t) => {
  await server.exec('create role situation_reader; create role situation_owner');
  const here = situations.filter(({ onServersOnly }) => !onServersOnly);
  for (const situation of pick(seed(t), here, Math.ceil(here.length / 3)))
    await t.test(`${situation.name}: ${situation.law}`, async () => proves(situation));
});

async function proves(situation: Situation): Promise<void> {
  await empty();
  await server.exec(`${situation.setup}; reset all`);
  const { options, plain } = await libraryOptions(situation);
  const look = async (): Promise<string> => text.check(await check(db, options), plain);
  const before = await look();
  assert.equal(before, situation.expected('check.txt'));
  const dry = await fix(db, { ...options, dryRun: true });
  assert.equal(dry.script, situation.law === 'cured' ? situation.expected('fix.sql') : '');
  assert.equal(await look(), before);
  const fixed = await fix(db, options);
  const after = await check(db, options);
  if (situation.law === 'incurable') {
    assert.equal(text.check(after, plain), before);
    return;
  }
  assert.equal(fixed.sequences.filter(({ action }) => action === 'moved').length > 0, situation.law === 'cured');
  assert.equal(after.summary.behind + after.summary.exhausted + after.summary.unknown, 0);
  assert.ok((await fix(db, options)).sequences.every(({ action }) => action === 'unchanged'));
  if (situation.insert !== null) await server.exec(situation.insert);
}

/** Drops everything that a situation made. */
async function empty(): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    "select quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  );
  await server.exec('set allow_system_table_mods = on; delete from pg_subscription_rel; reset allow_system_table_mods');
  for (const { name } of rows) await server.exec(`drop schema ${name} cascade`);
  await server.exec('drop owned by situation_reader; create schema public; grant usage on schema public to public');
}
