import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { blocksOf } from '../../docs/markdown.ts';
import { pgseq, type PgseqResult } from '../../support/pgseq.ts';
import { fromRoot } from '../../support/root.ts';

// Not fast: the demo starts a server of its own.
// One run for all that is shown: starting PGlite costs seconds.
setFlagsFromString('--liftoff-only');
let ran: Promise<PgseqResult> | undefined;
const run = (): Promise<PgseqResult> => (ran ??= pgseq(['demo'], { env: { FORCE_COLOR: '1' } }));
// oxlint-disable-next-line no-control-regex -- it is the escape character that is looked for
const escapes = /\u001b\[\d+m/g;

test('the demo breaks, checks and fixes a real database, in a screen and a half', async () => {
  const { code, stdout: colored, stderr } = await run();
  const stdout = colored.replaceAll(escapes, '');
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const lines = stdout.split('\n');
  assert.ok(lines.length <= 62, `${lines.length} lines`);

  const parts = stdout.split(/^(?=\$ |psql> )/m);
  const [opening, failing, check, dryRun, fix, again, working] = parts as [string, ...string[]];
  assert.equal(parts.length, 7);
  assert.match(opening ?? '', /^# A small application/);
  const insert = "psql> insert into users (email) values ('new@example.com');";
  assert.equal(
    failing,
    `${insert}\nERROR:  duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(13) already exists.\n\n`,
  );
  assert.match(check ?? '', /^\$ pgseq check\n/);
  const behind = [...(check ?? '').matchAll(/^error: .*\(sequence public\.(\w+)\) \[behind\]$/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(behind, ['document_no', 'orders_id_seq', 'plans_id_seq', 'settings_id_seq', 'users_id_seq']);
  assert.match(check ?? '', /^6 sequences: 5 behind, 1 ok/m);
  assert.match(
    dryRun ?? '',
    /^\$ pgseq fix --dry-run -t users\n-- public\.users_id_seq: the next value becomes 4813\nbegin /,
  );
  assert.match(dryRun ?? '', /nextval\('"public"\."users_id_seq"'\)[^]*;\ncommit;\n/);
  for (const line of (dryRun ?? '').split('\n')) assert.ok(line.length <= 102, line);
  assert.equal([...(fix ?? '').matchAll(/^moved {7}public\.\w+ +next \d+ -> \d+ +step$/gm)].length, 5);
  assert.match(fix ?? '', /^6 sequences: 6 ok/m);
  assert.match(again ?? '', /^\$ pgseq check\n6 sequences: 6 ok.*\n\n$/);
  assert.match(working ?? '', /^psql> .*\nINSERT 0 1\n\nNow your own database/);
  assert.match(working ?? '', /\n {2}npx pgseq fix postgres:\/\/user@host\/database\n$/);
});

// Without colours it is run for its page, whose output is compared whole: see test/docs
test('the demo is coloured where it is to be, and in nothing but the colours does it differ', async () => {
  const { stdout } = await run();
  assert.match(stdout, escapes);
  const page = readFileSync(fromRoot('docs', 'commands', 'demo.md'), 'utf8');
  const shown = blocksOf(page).find(({ argument }) => argument === 'demo');
  assert.equal(`$ pgseq demo\n${stdout.replaceAll(escapes, '')}`.trimEnd(), shown?.text);
});

test('without PGlite the demo says the one command that adds it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-demo-'));
  t.after(() => rmSync(directory, { recursive: true }));
  cpSync(fromRoot('build', 'src'), join(directory, 'src'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  mkdirSync(join(directory, 'node_modules'));
  for (const name of ['commander', 'pg', 'picocolors'])
    symlinkSync(fromRoot('node_modules', name), join(directory, 'node_modules', name));
  const child = spawn(process.execPath, [join(directory, 'src', 'cli', 'main.js'), 'demo']);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  assert.deepEqual(
    { code, stderr },
    {
      code: 2,
      stderr:
        'pgseq: the demo needs PGlite (an embedded PostgreSQL), which is not installed\n' +
        '  npm install @electric-sql/pglite\n',
    },
  );
});

test('the demo takes no connection', async () => {
  const { code, stdout, stderr } = await pgseq(['demo', 'postgres://user:hunter2@host/db']);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  assert.match(stderr, /^pgseq: .*\n {2}see: pgseq demo --help\n$/);
  assert.doesNotMatch(stderr, /hunter2/);
});
