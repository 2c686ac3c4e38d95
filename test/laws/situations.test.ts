// Takes long: every situation on every server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, withDatabase } from '../support/database.ts';
import { servers } from '../support/servers.ts';
import type { Server } from '../support/server.ts';
import type { Rows } from '../support/session.ts';
import { check as checkBy } from '../../src/core/check.ts';
import { fix as fixBy } from '../../src/core/fix.ts';
import { queryable } from '../../src/adapters/pg.ts';
import { json } from '../../src/report/json.ts';
import { text } from '../../src/report/text.ts';
import { outcome } from '../../src/commands/result/outcome.ts';
import { pick, seed } from '../support/proof.ts';
import { bySql, fixBySql, optionsOf, psqlFor, saidBy } from '../psql/support.ts';
import { type Block, type Claim, disprove } from './oracle.ts';
import { pgseq } from '../support/pgseq.ts';
import { assertReport } from '../report/schema.ts';
import { type Situation, situations } from './folder.ts';
import { libraryOptions } from './library.ts';
import { positions, tried } from './positions.ts';
import { prepareRoles } from './roles.ts';

// Every situation proves its law on every server. UPDATE_SITUATIONS=1 writes down what check and fix --dry-run print now; the
// oracle still has to agree.
const isUpdate = process.env['UPDATE_SITUATIONS'] === '1';

for (const server of servers) {
  test(`situations (${server.name})`, async (t) => {
    await prepareRoles(server);
    const whole = pick(seed(t), situations, Math.ceil(situations.length / 4));
    for (const situation of situations)
      if (server.major >= situation.since)
        await t.test(`${situation.name}: ${situation.law}`, async () =>
          proves(server, situation, whole.includes(situation)),
        );
  });
}

/** `isWhole`: by programs alone, all of it. Else a session of the library, which is warm, looks, and the driver runs the scripts; it is the command line that moves. */
async function proves(server: Server, situation: Situation, isWhole: boolean): Promise<void> {
  await withDatabase(server, situation.name, situation.setup, async (db) => {
    const looks = isWhole ? byCommandLine(db, situation) : await byLibrary(db, situation);
    const psql = isWhole ? psqlFor(db) : null;
    const first = await looks.check();
    assert.equal(first.code, situation.exit, `check exits ${first.code}:\n${first.text}`);
    compare(situation, 'check.txt', first.text);
    const told = await first.json();
    assertReport(told);
    await agrees(db, situation, told);
    await agreesBySql(db, situation, told, psql);

    const before = await positions(db);
    const dry = await looks.dryRun();
    assert.deepEqual(await positions(db), before, 'the dry run changed something');
    if (situation.law === 'cured') {
      assert.equal(dry.code, 1);
      compare(situation, 'fix.sql', dry.text);
    } else assert.equal(dry.text, '', 'there is nothing to move');
    assertReport(await dry.json());

    // The script of the dry run, and that of `pgseq sql fix`, each from where the situation begins
    const byScript = await tried(db, async () => await runs(db, dry.text));
    const bySql = await triedBySql(db, situation, psql);
    assert.deepEqual(await positions(db), before);
    const fix = await pgseq(['fix', ...situation.options, db.url]);
    const byFix = await positions(db);
    if (situation.law === 'cured') assert.deepEqual(byScript, byFix, 'the script of the dry run does what fix does');
    if (bySql !== null) {
      assert.equal(bySql.error === null, fix.code === 0, bySql.error ?? 'sql fix did not fail');
      assert.deepEqual(bySql.positions, byFix, 'sql fix does what fix does');
    }
    if (situation.law === 'incurable') {
      assert.equal(fix.code, situation.fixExit, fix.stdout);
      assert.deepEqual(byFix, before, 'fix moved something');
      if (situation.advised !== null) await followsAdvice(db, situation);
      return;
    }
    assert.equal(fix.code, 0, `${fix.stdout}${fix.stderr}`);
    if (situation.law === 'healthy') assert.deepEqual(byFix, before, 'fix moved something');
    const after = await looks.check();
    assert.equal(after.code, 0, after.text);
    assertReport(await looks.fixAgain());
    assert.deepEqual(await positions(db), byFix, 'a second fix moved something');
    if (situation.insert !== null) await db.query(situation.insert);
  });
}

const exits = { 'in step': 0, findings: 1, incomplete: 2 };

/** What a look comes to: its exit code, and what it prints. */
interface Look {
  readonly code: number | null;
  readonly text: string;
  /** The report in JSON. */
  json(): Promise<string>;
}

/** Who looks. */
interface Looks {
  check(): Promise<Look>;
  dryRun(): Promise<Look>;
  /** The report in JSON of a fix that finds everything in step. */
  fixAgain(): Promise<string>;
}

function byCommandLine(db: Database, { options }: Situation): Looks {
  const printed = async (exits: readonly number[], ...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await pgseq([...words, ...options, '--format', 'json', db.url]);
    assert.ok(exits.includes(code ?? -1), `${words.join(' ')} exits ${code}: ${stderr}`);
    return stdout;
  };
  const look = async (...words: string[]): Promise<Look> => {
    // A connection that was not typed is not repeated in what it offers, so that check.txt is of any database
    const { code, stdout } = await pgseq([...words, ...options], { env: { DATABASE_URL: db.url } });
    return { code, text: stdout, json: async () => await printed([code ?? -1], ...words) };
  };
  return {
    check: () => look('check'),
    dryRun: () => look('fix', '--dry-run'),
    fixAgain: () => printed([0], 'fix'),
  };
}

async function byLibrary(db: Database, situation: Situation): Promise<Looks> {
  const { options, plain, raw } = await libraryOptions(situation);
  const session = queryable(await db.connect());
  return {
    async check() {
      const report = await checkBy(session, options);
      const code = exits[outcome(report, raw)];
      return { code, text: text.check(report, plain), json: async () => json.check(report, plain) };
    },
    async dryRun() {
      const report = await fixBy(session, { ...options, dryRun: true });
      const code = exits[outcome(report, raw)];
      return { code, text: text.fix(report, plain), json: async () => json.fix(report, plain) };
    },
    async fixAgain() {
      const report = await fixBy(session, options);
      assert.ok(report.sequences.every(({ action }) => action === 'unchanged'));
      return json.fix(report, plain);
    },
  };
}

function compare(situation: Situation, file: 'check.txt' | 'fix.sql', text: string): void {
  if (isUpdate) situation.update(file, text);
  assert.equal(text, situation.expected(file), `test/situations/${situation.name}/${file} is not what was printed`);
}

/** Runs a script by a session of its own. */
async function runs(db: Database, script: string): Promise<void> {
  const session = await db.connect();
  await session.query(script);
  await session.end();
}

/** What PostgreSQL says by itself, with the script of `pgseq sql check`, is what check says. */
async function agreesBySql(db: Database, situation: Situation, told: string, psql: string | null): Promise<void> {
  const { states, role } = optionsOf(situation);
  const said = await bySql(db, states, role, psql);
  if (!needsOwnPath.has(situation.name)) return assert.deepEqual(said, saidBy(told));
  for (const { state, reason } of said.values()) assert.deepEqual([state, reason], ['unknown', 'search-path']);
}

/** Where the script of `pgseq sql fix` leaves the sequences, and the error that it ends with; null for what it does not see. */
async function triedBySql(
  db: Database,
  situation: Situation,
  psql: string | null,
): Promise<{ readonly positions: Rows; readonly error: string | null } | null> {
  if (needsOwnPath.has(situation.name)) return null;
  const { states, role } = optionsOf(situation);
  let error: string | null = null;
  const positions = await tried(db, async () => {
    error = await fixBySql(db, states, role, psql);
  });
  return { positions, error };
}

/** An index calls a function that is only found along the session's own search_path: there check asks again, and the script does not. */
const needsOwnPath = new Set(['trusted-code']);

/** Draws real values: every state that pgseq claims must be what happens. */
async function agrees(db: Database, situation: Situation, told: string): Promise<void> {
  const { sequences } = JSON.parse(told) as { sequences: Claim[] };
  const blocks = situation.options.flatMap((option) =>
    [...option.matchAll(/@(single|below|above)/g)].map(([, block]) => block as Block),
  );
  const claims = sequences.filter(({ state }) => ['ok', 'empty', 'behind', 'exhausted'].includes(state));
  await tried(db, async () => {
    for (const claim of claims) assert.equal(await disprove(db, claim, blocks[0] ?? 'single'), null, claim.name);
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
