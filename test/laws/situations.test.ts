import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, withDatabase } from '../support/database.ts';
import { servers } from '../support/servers.ts';
import type { Server } from '../support/server.ts';
import { bySql, fixBySql, optionsOf, saidBy } from '../core/psql/support.ts';
import { type Block, type Claim, disprove } from './oracle.ts';
import { pgseq } from '../support/pgseq.ts';
import { assertReport } from '../report/schema.ts';
import { type Situation, situations } from './folder.ts';
import { positions } from './positions.ts';
import { prepareRoles } from './roles.ts';

// Every situation proves its law on every server. UPDATE_SITUATIONS=1 writes down what check and fix --dry-run print now; the
// oracle still has to agree.
const isUpdate = process.env['UPDATE_SITUATIONS'] === '1';

for (const server of servers) {
  test(`situations (${server.name})`, async (t) => {
    await prepareRoles(server);
    for (const situation of situations)
      if (server.major >= situation.since)
        await t.test(`${situation.name}: ${situation.law}`, async () => proves(server, situation));
  });
}

async function proves(server: Server, situation: Situation): Promise<void> {
  await withDatabase(server, situation.name, situation.setup, async (db) => {
    // A connection that was not typed is not repeated in what it offers, so that check.txt is of any database
    const check = ['check', ...situation.options];
    const where = { env: { DATABASE_URL: db.url } };
    const first = await pgseq(check, where);
    assert.equal(first.code, situation.exit, `check exits ${first.code}:\n${first.stdout}`);
    compare(situation, 'check.txt', first.stdout);
    const told = await pgseq([...check, '--format', 'json'], where);
    assertReport(told.stdout);
    await agrees(db, situation, told);
    await agreesBySql(db, situation, told);

    const before = await positions(db);
    const dry = await pgseq(['fix', '--dry-run', ...situation.options, db.url]);
    assert.equal(await positions(db), before, 'the dry run changed something');
    if (situation.law === 'cured') {
      assert.equal(dry.code, 1);
      compare(situation, 'fix.sql', dry.stdout);
      await sameBySql(db, situation, dry.stdout);
    } else assert.equal(dry.stdout, '', 'there is nothing to move');

    assertReport((await pgseq(['fix', '--dry-run', ...situation.options, '--format', 'json', db.url])).stdout);

    const fix = await pgseq(['fix', ...situation.options, db.url]);
    await fixesBySql(db, situation, fix.code);
    if (situation.law === 'incurable') {
      assert.equal(fix.code, situation.fixExit, fix.stdout);
      assert.equal(await positions(db), before, 'fix moved something');
      if (situation.advised !== null) await followsAdvice(db, situation);
      return;
    }
    assert.equal(fix.code, 0, `${fix.stdout}${fix.stderr}`);
    if (situation.law === 'healthy') assert.equal(await positions(db), before, 'fix moved something');
    const after = await pgseq(check, where);
    assert.equal(after.code, 0, after.stdout);
    const once = await positions(db);
    const second = await pgseq(['fix', ...situation.options, '--format', 'json', db.url]);
    assert.equal(second.code, 0);
    assertReport(second.stdout);
    assert.equal(await positions(db), once, 'a second fix moved something');
    if (situation.insert !== null) await db.query(situation.insert);
  });
}

function compare(situation: Situation, file: 'check.txt' | 'fix.sql', text: string): void {
  if (isUpdate) situation.update(file, text);
  assert.equal(text, situation.expected(file), `test/situations/${situation.name}/${file} is not what was printed`);
}

/** The script of the dry run, run by a session of its own on a copy, leaves every sequence where fix leaves it. */
async function sameBySql(db: Database, situation: Situation, script: string): Promise<void> {
  const [byScript, byFix] = await Promise.all([
    onCopy(db, situation, async (copy) => void (await copy.query(`reset role; ${script}`))),
    onCopy(db, situation, async (copy) => void (await pgseq(['fix', ...situation.options, copy.url]))),
  ]);
  assert.equal(byScript, byFix, 'the script of the dry run does what fix does');
}

/** What PostgreSQL says by itself, with the script of `pgseq sql check`, is what check says. */
async function agreesBySql(db: Database, situation: Situation, told: { stdout: string }): Promise<void> {
  const { states, role } = optionsOf(situation);
  const said = await bySql(db, states, role);
  if (!needsOwnPath.has(situation.name)) return assert.deepEqual(said, saidBy(told.stdout));
  for (const { state, reason } of said.values()) assert.deepEqual([state, reason], ['unknown', 'search-path']);
}

/** The script of `pgseq sql fix` leaves a copy as fix has left the database, and fails where fix ends with another code than 0. */
async function fixesBySql(db: Database, situation: Situation, exit: number | null): Promise<void> {
  if (needsOwnPath.has(situation.name)) return;
  const { states, role } = optionsOf(situation);
  const byFix = await positions(db);
  const bySql = await onCopy(db, situation, async (copy) => {
    const error = await fixBySql(copy, states, role);
    assert.equal(error === null, exit === 0, error ?? 'it did not fail');
  });
  assert.equal(bySql, byFix, 'sql fix does what fix does');
}

/** An index calls a function that is only found along the session's own search_path: there check asks again, and the script does not. */
const needsOwnPath = new Set(['trusted-code']);

async function onCopy(db: Database, situation: Situation, work: (copy: Database) => Promise<void>): Promise<string> {
  return await withDatabase(db.server, `${situation.name} copy`, situation.setup, async (copy) => {
    await work(copy);
    return await positions(copy);
  });
}

/** Draws real values on a copy: every state that pgseq claims must be what happens. */
async function agrees(db: Database, situation: Situation, check: { stdout: string }): Promise<void> {
  const { sequences } = JSON.parse(check.stdout) as { sequences: Claim[] };
  const blocks = situation.options.flatMap((option) =>
    [...option.matchAll(/@(single|below|above)/g)].map(([, block]) => block as Block),
  );
  const told = sequences.filter(({ state }) => ['ok', 'empty', 'behind', 'exhausted'].includes(state));
  if (told.length === 0) return;
  await withDatabase(db.server, `${situation.name} oracle`, situation.setup, async (copy) => {
    for (const claim of told) assert.equal(await disprove(copy, claim, blocks[0] ?? 'single'), null, claim.name);
  });
}

/** The advice of the findings is right when following it, as somebody who may, leads where the situation says. */
async function followsAdvice(db: Database, situation: Situation): Promise<void> {
  const { stdout } = await pgseq(['check', ...situation.options, '--format', 'json', db.url]);
  const { findings } = JSON.parse(stdout) as { findings: { level: string; fix: string | null }[] };
  const advice = findings.flatMap(({ level, fix }) => (level === 'info' || fix === null ? [] : [fix]));
  assert.notEqual(advice.length, 0, 'some finding advises something');
  await db.query(advice.join('\n'));
  assert.equal((await pgseq(['check', ...situation.options, db.url])).code, situation.advised);
}
