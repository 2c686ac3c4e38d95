import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from '../commands/support.ts';
import { github } from '../../src/report/github.ts';
import { markdown } from '../../src/report/markdown.ts';
import { printable } from '../../src/text/printable.ts';
import { pgseq } from '../support/pgseq.ts';
import { databaseTest } from '../support/database.ts';
import { newest } from '../support/servers.ts';
import { checked, hostileNames, hostileSetup, plain, several, statesSetup } from './support.ts';

/** What the runner makes of a line: a command, or null for text. */
interface Command {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** As TryParseV2 of src/Runner.Common/ActionCommand.cs does it: what comes first, what is split where, what is given back in which order. */
function read(line: string): Command | null {
  const message = line.trimStart();
  const end = message.indexOf('::', 2);
  if (!message.startsWith('::') || end < 0) return null;
  const head = message.slice(2, end);
  const space = head.indexOf(' ');
  const command = space < 0 ? head : head.slice(0, space);
  const properties: Record<string, string> = {};
  for (const pair of space < 0
    ? []
    : head
        .slice(space + 1)
        .trim()
        .split(',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties[pair.slice(0, equals)] = unescaped(pair.slice(equals + 1), ['%0D', '%0A', '%3A', '%2C']);
  }
  return { command, properties, data: unescaped(message.slice(end + 2), ['%0D', '%0A']) };
}

function unescaped(text: string, codes: readonly string[]): string {
  return [...codes, '%25'].reduce((all, code) => all.replaceAll(code, decodeURIComponent(code)), text);
}

/** The commands of an output and its other lines, split as .NET reads lines. */
function readAll(output: string): { commands: Command[]; rest: string[] } {
  const lines = output.split(/\r\n|\r|\n/).slice(0, -1);
  const commands = lines.flatMap((line) => read(line) ?? []);
  const rest = lines.filter((line) => read(line) === null);
  // The older kind of command begins anywhere in a line
  for (const line of rest) assert.ok(!line.includes('##['), line);
  return { commands, rest };
}

test('the parser of these tests reads what the documentation shows', () => {
  assert.deepEqual(read('::warning file=app.js,line=1,title=a%3Ab%2C%0A%25::Missing%0Asemicolon 100%25 ::'), {
    command: 'warning',
    properties: { file: 'app.js', line: '1', title: 'a:b,\n%' },
    data: 'Missing\nsemicolon 100% ::',
  });
  assert.equal(read('text ::error::no'), null);
});

databaseTest(
  'every finding is an annotation, the notes with --show-ok; then the totals',
  newest,
  statesSetup,
  async (db) => {
    const report = await checked(db);
    const { commands, rest } = readAll(github.check(report, plain));
    assert.deepEqual(
      commands.map(({ command, properties, data }) => [command, properties['title'], data.split('\n')[0]]),
      [
        [
          'error',
          `behind in ${db.name}`,
          'public.behind.id: the next id would be 1, but ids up to 9 exist (sequence public.behind_id_seq)',
        ],
        ['error', `exhausted in ${db.name}`, 'public.exhausted_id_seq has handed out its last value, 32767'],
        ['warning', `near-limit in ${db.name}`, 'public.near_id_seq has used 97.6 % of its values: 767 are left'],
      ],
    );
    assert.deepEqual(commands[1]?.data.split('\n').slice(1), [
      'Every insert that uses it fails. Widening a column rewrites its table, which blocks all reads and writes until done.',
      '-- rewrites "public"."exhausted" and its indexes (25 kB): blocks all reads and writes until done (ACCESS EXCLUSIVE)',
      'alter table "public"."exhausted" alter column "id" type bigint;',
      '-- rewrites no table; inserts that use it wait until this transaction ends',
      'alter sequence "public"."exhausted_id_seq" as bigint;',
    ]);
    assert.deepEqual(rest, [
      '8 sequences: 1 behind, 1 exhausted, 3 ok, 1 empty, 1 unlinked, 1 incomparable; 2 notes (--show-ok); unlinked: public.unlinked',
    ]);
    const all = readAll(github.check(report, { ...plain, showOk: true }));
    assert.deepEqual(
      all.commands.slice(3).map(({ command, properties }) => [command, properties['title']]),
      [
        ['notice', `unowned in ${db.name}`],
        ['notice', `unlinked in ${db.name}`],
      ],
    );
  },
);

databaseTest('several databases, some unchecked', newest, statesSetup, async (db) => {
  const name = 'a:b,c=%0A\nd::e';
  const { commands, rest } = readAll(github.checkAll(several(await checked(db), name), plain));
  const shown = name.replace('\n', '\\n');
  assert.deepEqual(
    commands.map(({ properties }) => properties['title']),
    [
      ...['behind', 'exhausted', 'near-limit'].map((rule) => `${rule} in ${shown}`),
      `${shown} of <yesterday> could not be checked`,
      ...['behind', 'exhausted', 'near-limit'].map((rule) => `${rule} in ${shown} again`),
    ],
  );
  assert.equal(commands[3]?.data, 'password authentication failed for user "app"\n100%\nsee ~/.pgpass');
  assert.deepEqual(rest, [
    '3 databases, 1 of them unchecked: 16 sequences: 2 behind, 2 exhausted, 6 ok, 2 empty, 2 unlinked, 2 incomparable; 4 notes (--show-ok); unlinked: public.unlinked',
  ]);
});

databaseTest('names that would be commands are text', newest, hostileSetup, async (db) => {
  const report = await checked(db);
  const { commands, rest } = readAll(github.check(report, { ...plain, showOk: true }));
  const order = ['error', 'warning', 'info'];
  const findings = report.findings.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  assert.ok(findings.length >= 2 * hostileNames.length);
  assert.deepEqual(
    commands.map(({ properties, data }) => [properties, data.split('\n').slice(0, 2)]),
    findings.map(({ rule, message, help }) => [
      { title: `${rule} in ${db.name}` },
      [printable(message), printable(help)],
    ]),
  );
  assert.equal(rest.length, 1);
});

databaseTest('the command: annotations, and a summary on the page of the run', newest, statesSetup, async (db, t) => {
  const cwd = folder(t, 'summary.md', 'what an earlier step wrote\n');
  const file = join(cwd, 'summary.md');
  const run = (args: string[], env: Record<string, string>): ReturnType<typeof pgseq> =>
    pgseq(['check', '-q', ...args], { cwd, env: { DATABASE_URL: db.url, ...env } });
  const report = await checked(db);
  const { code, stdout, stderr } = await run(['--format', 'github'], { GITHUB_STEP_SUMMARY: file });
  assert.deepEqual([code, stdout, stderr], [1, github.check(report, plain), '']);
  assert.equal(readFileSync(file, 'utf8'), `what an earlier step wrote\n${markdown.check(report, plain)}\n`);

  writeFileSync(file, '');
  for (const format of ['text', 'json', 'markdown']) await run(['--format', format], { GITHUB_STEP_SUMMARY: file });
  assert.equal(readFileSync(file, 'utf8'), '', 'only for github');
  await run(['--format', 'github'], { GITHUB_STEP_SUMMARY: '' });

  const failed = await run(['--format', 'github'], { GITHUB_STEP_SUMMARY: join(cwd, 'no', 'file') });
  assert.deepEqual([failed.code, failed.stdout], [1, stdout], 'the findings are told all the same');
  assert.match(failed.stderr, /^pgseq: cannot write the summary for GITHUB_STEP_SUMMARY: ENOENT.*\n$/);
  assert.ok(!existsSync(join(cwd, 'no')));
});
