import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { queryable } from '../../src/adapters/pglite.ts';
import { readArguments } from '../../src/cli/program.ts';
import { reportOptions } from '../../src/commands/check.ts';
import { offeringOf } from '../../src/commands/offering.ts';
import { lookSettings, SettingsReader } from '../../src/commands/settings.ts';
import { check } from '../../src/core/check.ts';
import { fix } from '../../src/core/fix.ts';
import type { LookOptions } from '../../src/core/options.ts';
import type { ReportOptions } from '../../src/report/index.ts';
import { text } from '../../src/report/text.ts';
import { type Situation, situations } from './folder.ts';

// PGlite counts as one more server: the same situations, through the library and its adapter. One instance for all of them,
// emptied in between, because making one takes seconds.
const server = new PGlite();
const db = queryable(server);

after(() => server.close());

test('situations (PGlite)', async (t) => {
  await server.exec('create role situation_reader; create role situation_owner');
  for (const situation of situations)
    if (!situation.onServersOnly) await t.test(`${situation.name}: ${situation.law}`, async () => proves(situation));
});

async function proves(situation: Situation): Promise<void> {
  await empty();
  await server.exec(`${situation.setup}; reset all`);
  const { options, plain } = await optionsOf(situation);
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

async function optionsOf(situation: Situation): Promise<{ options: LookOptions; plain: ReportOptions }> {
  const request = await readArguments(['check', ...situation.options]);
  assert.ok('command' in request);
  const { raw, words, command } = request;
  const output = { color: false, write: async () => undefined };
  const offering = offeringOf(command, raw, words, {});
  return {
    options: lookSettings(new SettingsReader(raw, command.groups)),
    plain: reportOptions(raw, { output, offering }),
  };
}
