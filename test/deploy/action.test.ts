import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { parse } from 'yaml';
import { type Database, databaseTest } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import { pick, seed } from '../support/proof.ts';
import { newest } from '../support/servers.ts';
import { type Ran, runAction } from './actions.ts';
import { hasFormat } from './formats.ts';
import { version } from './programs.ts';

// action.yml by the schema of GitHub's actions, and its steps run as a runner runs them.

const behind = 'create table users (id serial primary key); insert into users values (1), (2)';
const text = readFileSync(fromRoot('action.yml'), 'utf8');

test('action.yml and the workflow that uses it are what GitHub takes', () => {
  assert.deepEqual(validateAction(text).errors, []);
  assert.deepEqual(validateWorkflow(readFileSync(fromRoot('examples', 'ci', 'github.yml'), 'utf8')).errors, []);
  // So that the line above can fail
  assert.notDeepEqual(validateAction(text.replace('shell: bash', 'shel: bash')).errors, []);
});

test('no expression stands in the text of a script', () => {
  const { runs } = parse(text) as { runs: { steps: { run: string }[] } };
  assert.deepEqual(
    runs.steps.filter(({ run }) => run.includes('${{')),
    [],
  );
});

/** Runs the action in an empty folder; returns also what the folder holds afterwards. */
function act(inputs: Record<string, string>, env: Record<string, string> = {}): Ran & { readonly files: string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-action-'));
  try {
    return { ...runAction(inputs, env, directory), files: readdirSync(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const pgVariables = (db: Database): Record<string, string> => ({
  PGHOST: db.server.host,
  PGPORT: String(db.server.port),
  PGUSER: 'postgres',
  PGDATABASE: db.name,
});

databaseTest('findings end the action with 1, fix cures them, and check is clean', newest, behind, async (db) => {
  const found = act({ url: db.url });
  assert.equal(found.code, 1, found.output);
  assert.match(found.output, hasFormat('github') ? /^::error .*users_id_seq/m : /users\.id: the next id would be 1/);
  assert.equal(act({}, { DATABASE_URL: db.url }).code, 1, 'the job has DATABASE_URL');
  assert.equal(act({}, { POSTGRES_URL: db.url }).code, 1, 'the job has POSTGRES_URL');
  assert.equal(act({}, pgVariables(db)).code, 1, 'the job has PG*');
  assert.equal(act({ url: db.url, 'fail-on': 'none' }).code, 0);
  assert.equal(act({ url: db.url, command: 'fix', args: '--dry-run' }).code, 1);
  assert.equal(act({ url: db.url, command: 'fix' }).code, 0);
  assert.equal(act({ url: db.url }).code, 0);
});

databaseTest('options are words, separated by blanks and line ends', newest, behind, async (db) => {
  await db.query('create schema other; create table other.healthy (id serial)');
  const { code, output } = act({ url: db.url, args: '--schema other\n  --show-ok --format json\n' });
  assert.equal(code, 0, output);
  const report = JSON.parse(output.slice(output.indexOf('\n{') + 1)) as { sequences: { name: string }[] };
  assert.deepEqual(
    report.sequences.map(({ name }) => name),
    ['other.healthy_id_seq'],
  );
  assert.equal(act({ url: db.url, args: '--table *' }).code, 1, 'a star is a pattern, not the files of the folder');
});

databaseTest('nothing that an input holds is run', newest, behind, async (db, t) => {
  const hostiles = ['$(touch pwned)', '"; touch pwned; "', "'; touch pwned #", '`touch pwned`', 'x\ntouch pwned\n'];
  // Each text costs a run of the action: two for each input, others each time; all of them by `npm run proof`
  for (const [place, name] of ['url', 'command', 'args', 'fail-on', 'version'].entries())
    for (const hostile of pick(seed(t) + place, hostiles, 2)) {
      const { code, files, output } = act({ url: db.url, [name]: hostile });
      assert.deepEqual(files, [], `${name}: ${hostile}`);
      assert.equal(code, 2, `${name}: ${hostile}: ${output}`);
    }
});

databaseTest('the version is one of npm, that of the action unless told', newest, behind, async (db) => {
  assert.equal(act({ url: db.url, version }).code, 1);
  const other = act({ url: db.url, version: '9.9.9' });
  assert.deepEqual([other.code, other.output.includes('nobody has --yes pgseq@9.9.9 check')], [127, true]);
  for (const version of ['file:../evil', 'git+https://example.com/evil', '9 evil', '@evil'])
    assert.equal(act({ url: db.url, version }).code, 2, version);
});

databaseTest('a url that the command would not use is refused', newest, behind, async (db) => {
  const refused = act({ url: db.url, command: 'guard status' });
  assert.equal(refused.code, 2);
  assert.match(refused.output, /^::error title=pgseq::the input url is for check and fix;/m);
  assert.equal(act({ command: 'guard status' }, pgVariables(db)).code, 0);
});

test('the password is masked, in every form in which it may appear', () => {
  const masked = (env: Record<string, string>, url = ''): string[] =>
    [...act({ url }, env).output.matchAll(/^::add-mask::(.*)$/gm)].map(([, value]) => value ?? '');
  const port = 'localhost:1';
  assert.deepEqual(masked({}, `postgres://app:p%40ss@${port}/shop`), [
    `postgres://app:p%2540ss@${port}/shop`,
    'p%2540ss',
    'p@ss',
  ]);
  assert.ok(masked({}, `postgres://app@${port}/shop?password=hunter2&sslmode=disable`).includes('hunter2'));
  assert.ok(masked({}, "host=localhost port=1 password='hun ter\\'2'").includes("hun ter'2"));
  assert.ok(masked({ DATABASE_URL: `postgres://app:hunter2@${port}/shop` }).includes('hunter2'));
  assert.ok(masked({ POSTGRES_URL: `postgres://app:hunter2@${port}/shop` }).includes('hunter2'));
  assert.deepEqual(masked({ PGPASSWORD: 'hunter2', PGHOST: 'localhost', PGPORT: '1' }), ['hunter2']);
  const { code, output } = act({ url: `postgres://app:hunter2@${port}/shop` });
  assert.equal(code, 2);
  assert.ok(!output.replaceAll(/^::add-mask::.*$/gm, '').includes('hunter2'));
});
