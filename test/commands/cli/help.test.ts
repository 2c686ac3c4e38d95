import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../../src/commands/index.ts';
import { version } from '../../../src/version.generated.ts';
import { pgseq } from '../../support/pgseq.ts';
import { ends } from '../support.ts';

for (const option of ['--help', '-?']) {
  test(`${option} prints on standard output, on every level`, async () => {
    for (const words of [[], ['guard'], ['sql'], ...commands.map(({ name }) => name.split(' '))]) {
      const result = await pgseq([...words, option]);
      assert.deepEqual([result.code, result.stderr], [0, ''], words.join(' '));
      assert.match(result.stdout, new RegExp(`^Usage: pgseq ${words.map((word) => `${word} `).join('')}\\[options\\]`));
      for (const line of result.stdout.split('\n').filter((line) => !line.includes('schema.sequence=')))
        assert.ok(line.length <= 80, `longer than a terminal: ${line}`);
    }
  });
}

test('the help of the program names every command with its line', async () => {
  const { stdout } = await pgseq(['--help']);
  const flat = stdout.replaceAll(/\s+/g, ' ');
  for (const { name, summary } of commands)
    assert.ok(flat.includes(name.includes(' ') ? ` ${name.split(' ')[0]} ` : `${name} ${summary}`), name);
  for (const line of [' guard keep sequences in sync', ' sql print SQL']) assert.ok(flat.includes(line), line);
});

test('the first screen says what one does first, and fits one', async () => {
  const { stdout } = await pgseq(['--help']);
  const examples = [...stdout.matchAll(/^  pgseq (\w+) .*$/gm)].map(([, verb]) => verb);
  assert.deepEqual(examples, ['explain', 'check', 'fix']);
  const count = stdout.trimEnd().split('\n').length;
  assert.ok(count >= 24 && count <= 40, String(count));
});

test('the help of a command names every option and every example', async () => {
  for (const { name, load } of commands) {
    const command = await load();
    const { stdout } = await pgseq([...name.split(' '), '--help']);
    for (const { flags } of command.groups.flatMap(({ options }) => options)) assert.ok(stdout.includes(flags), flags);
    for (const example of command.examples) assert.ok(stdout.includes(`  ${example}\n`), example);
    for (const { shape } of [...command.arguments, ...(command.rest === undefined ? [] : [command.rest])])
      assert.ok(stdout.includes(shape), shape);
  }
});

test('--version prints the version', async () => {
  for (const option of ['--version', '-V']) ends(await pgseq([option]), { code: 0, stdout: `${version}\n` });
});

test('a missing command is a mistake that names those there are', async () => {
  ends(await pgseq([]), {
    code: 2,
    stderr:
      'pgseq: which command? check, fix, explain, baseline, restore, run, import, guard, demo, sql, completion\n  see: pgseq --help\n',
  });
  ends(await pgseq(['sql']), {
    code: 2,
    stderr: 'pgseq: which command? check, fix, columns, migration, role, guard\n  see: pgseq --help\n',
  });
});

for (const [args, message, where] of [
  [['chekc'], "unknown command 'chekc' (Did you mean check?)", 'pgseq'],
  [['sql', 'rool'], "unknown command 'rool' (Did you mean role?)", 'pgseq'],
  [['install'], "unknown command 'install' (Did you mean guard install?)", 'pgseq'],
  [['statsu'], "unknown command 'statsu' (Did you mean guard status?)", 'pgseq'],
  [['sql', 'install'], "unknown command 'install' (Did you mean guard install?)", 'pgseq'],
  [['guard', 'fix'], "unknown command 'fix' (Did you mean one of fix, sql fix?)", 'pgseq'],
  [['frobnicate'], "unknown command 'frobnicate'", 'pgseq'],
  [['--versoin'], "unknown option '--versoin' (Did you mean --version?)", 'pgseq'],
  [['check', '--fail-onn', 'x'], "unknown option '--fail-onn' (Did you mean --fail-on?)", 'pgseq check'],
  [['fix', '--dry'], "unknown option '--dry'", 'pgseq fix'],
  [['fix', '--dryrun'], "unknown option '--dryrun' (Did you mean --dry-run?)", 'pgseq fix'],
  [['check', '--dry-run'], "unknown option '--dry-run'", 'pgseq check'],
  [['sql', 'role', '--nmae', 'x'], "unknown option '--nmae' (Did you mean --name?)", 'pgseq sql role'],
  [['fix', '--wait'], "option '--wait <duration>' argument missing", 'pgseq fix'],
  [['check', 'a', 'b'], "too many arguments for 'check'. Expected 1 argument but got 2.", 'pgseq check'],
] as const) {
  test(`a usage mistake is told in one line: pgseq ${args.join(' ')}`, async () => {
    ends(await pgseq(args), { code: 2, stderr: `pgseq: ${message}\n  see: ${where} --help\n` });
  });
}

test('no mistake shows the password of a connection that stands beside it', async () => {
  for (const args of [
    ['check', '--fial-on', 'none', 'postgres://u:hunter2@localhost/db'],
    ['check', 'postgres://u:hunter2@localhost/db', 'more'],
    ['chekc', 'postgres://u:hunter2@localhost/db'],
    ['postgres://u:hunter2@localhost/db'],
    ['check', '--url', 'postgres://u:hunter2@localhost/db', 'postgres://u:hunter2@localhost/db'],
    ['check', '--format', 'yaml', 'postgres://u:hunter2@localhost/db'],
    ['fix', '--margin', 'postgres://u:$&hunter2@localhost/db', '--password=hunter2'],
    ['check', '--password=hunter2'],
    ['check', '--timeout', 'postgres://u:hunter2@localhost/db'],
  ]) {
    const { code, stdout, stderr } = await pgseq(args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.doesNotMatch(stderr, /hunter2/, args.join(' '));
  }
});
