import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { commandGroups, commands } from '../../../src/commands/index.ts';
import { pgseq } from '../../support/pgseq.ts';
import { fromRoot } from '../../support/root.ts';
import { ends, folder } from '../support.ts';

// Not fast: the shells complete, each a program.

/** What a shell with our script makes of each of these lines. */
type Shell = (lines: readonly string[], cwd: string) => Promise<readonly (readonly string[])[]>;

/** Asks bash as readline does: the words, broken at blanks and =, and which of them the cursor stands in. */
const bash: Shell = async (lines, cwd) => {
  const asked = lines.map((line) => {
    const words = line.match(/=|[^ =]+|(?<= )$/g) ?? [];
    return `ask ${words.map((word) => `'${word}'`).join(' ')}`;
  });
  const script = `
    set -u
    eval "$(pgseq completion bash)"
    eval "$(pgseq completion bash)" # what stands in two files of a shell is read twice
    ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pgseq pgseq; echo "\${COMPREPLY[*]-}"; }
    ${asked.join('\n')}`;
  return answers(await ran('bash', ['--norc', '-c', script], cwd));
};

/** fish tells what it would offer, with the words of the help behind a tab. */
const fish: Shell = async (lines, cwd) => {
  const asked = lines.map((line) => `echo (complete -C '${line}' | string replace -r '\\t.*' '')`);
  return answers(await ran('fish', ['--no-config', '-c', `pgseq completion fish | source\n${asked.join('\n')}`], cwd));
};

/** zsh completes only for an editor; in place of its functions stand some that tell what they are given. */
const zsh: Shell = async (lines, cwd) => {
  const asked = lines.map((line) => `words=(${line.replace(/ $/, " ''")}); CURRENT=$#words; _pgseq; print`);
  const script = `
    compdef() { }
    compset() { }
    _files() { }
    _describe() { print -n -- "\${(@)offers%%:*}" }
    eval "$(pgseq completion zsh)"
    ${asked.join('\n')}`;
  return answers(await ran('zsh', ['-f', '-c', script], cwd));
};

function answers(text: string): string[][] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== ''));
}

/** Runs a shell that finds pgseq on its PATH. It must say nothing beside its answers. */
async function ran(shell: string, args: readonly string[], cwd: string): Promise<string> {
  const bin = join(cwd, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = join(bin, 'pgseq');
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${process.execPath}' '${fromRoot('build', 'src', 'cli', 'main.js')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: cwd };
  const { stdout, stderr } = await promisify(execFile)(shell, [...args], { cwd, env });
  assert.equal(stderr, '');
  return stdout;
}

/** Why tests of a shell are skipped; false where it is there. */
function lacks(shell: string): string | false {
  return spawnSync(shell, ['--version']).error === undefined ? false : `there is no ${shell}`;
}

/** A folder with databases; a shell would run the last one's name. */
function project(t: TestContext): string {
  return folder(t, 'pgseq.json', '{ "databases": { "app": {}, "shop": {}, "$(touch ran)": {} } }');
}

const choices = ['text', 'json', 'github', 'junit', 'markdown', 'prometheus'];
/** In a shell; what pgseq answers to the rest is the same, and asked of it below. */
const lines: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['pgseq ch', ['check']],
  ['pgseq sql c', ['check', 'columns']],
  ['pgseq check --fo', ['--format']],
  ['pgseq check --format ', choices],
  ['pgseq check --database ', ['app', 'shop']],
  ['pgseq frobnicate ', []],
];

for (const [name, shell] of Object.entries({ bash, fish, zsh })) {
  test(`${name} completes by the script that is printed`, { skip: lacks(name) }, async (t) => {
    const found = await shell(
      lines.map(([line]) => line),
      project(t),
    );
    for (const [i, [line, offered]] of lines.entries()) {
      const word = line.split(' ').at(-1) ?? '';
      // zsh and fish choose from what they are given, and fish sorts
      const here = (found[i] ?? []).filter((one) => one.startsWith(word));
      assert.deepEqual(here.toSorted(), offered.toSorted(), line);
    }
  });
}

test('bash: a value behind = too, in the order of the help', async (t) => {
  const found = await bash(['pgseq check --format=', 'pgseq check --format=j', 'pgseq sql '], project(t));
  assert.deepEqual(found, [choices, ['json', 'junit'], ['check', 'fix', 'columns', 'migration', 'role', 'guard']]);
});

test('bash runs nothing of the line that it completes', async (t) => {
  const cwd = project(t);
  await bash(['pgseq check $(touch${IFS}ran) --fo'], cwd);
  await assert.rejects(promisify(execFile)('ls', [join(cwd, 'ran')]));
});

/** What pgseq answers the scripts. */
async function offered(words: readonly string[], cwd?: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await pgseq(
    ['completion', 'words', '--', ...words],
    cwd === undefined ? {} : { cwd },
  );
  assert.deepEqual([code, stderr], [0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

test('every command is offered, every option of it and every word that an option takes', async () => {
  const first = new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''));
  assert.deepEqual(await offered(['']), [...first]);
  for (const group of Object.keys(commandGroups))
    assert.deepEqual(
      await offered([group, '']),
      commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : [])),
    );
  for (const { name, load } of commands) {
    const { groups } = await load();
    const options = groups.flatMap((group) => group.options);
    const long = options.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? '');
    assert.deepEqual(await offered([...name.split(' '), '-']), [...long, '--help'], name);
    for (const { flags, choices: words } of options)
      if (words !== undefined)
        assert.deepEqual(await offered([...name.split(' '), /--[\w-]+/.exec(flags)?.[0] ?? '', '']), words, flags);
  }
});

for (const [line, wanted] of [
  ['g', ['guard']],
  ['guard ', ['install', 'status', 'upgrade', 'disable', 'enable', 'remove']],
  ['sql role --na', ['--name']],
  ['check -t users --fail-on ', ['error', 'warning', 'none']],
  ['fix --method s', ['step']],
  ['explain narrow-c', ['narrow-column']],
  ['completion f', ['fish']],
  ['completion z', ['zsh']],
] as const) {
  test(`a line that ends so: ${line}`, async () => {
    const words = line.split(' ');
    const found = await offered(words);
    assert.deepEqual(
      found.filter((one) => one.startsWith(words.at(-1) ?? '')),
      wanted,
    );
  });
}

for (const [words, wanted] of [
  [['check', '--output', ''], [':files']],
  [['check', '--env-file', 'x'], [':files']],
  [['check', '--config=', ''].slice(0, 2), [':files']],
  [['restore', ''], [':files']],
  [['restore', '--bin-dir', ''], [':files']],
  [['import', 'a.csv', ''], [':files']],
  [['run', '-d', 'app', '--', 'psql', '-'], [':files']],
  [['check', '--url', ''], []],
  [['check', '-o', '--format', '--fail'], 'options'],
  [['check', ''], 'options'],
  [['explain', '--', ''], [':files']],
] as const) {
  test(`what may follow: ${words.join(' ')}`, async () => {
    const found = await offered(words);
    if (wanted === 'options') assert.ok(found.includes('--fail-on') && found.includes('--format'), found.join(' '));
    else assert.deepEqual(found, wanted);
  });
}

test('an option that was given is offered again only where it may be', async () => {
  const found = await offered(['check', '--table', 'a', '--quiet', '--']);
  assert.deepEqual([found.includes('--table'), found.includes('--quiet')], [true, false]);
});

test('databases are those of the file that --config names; of one that cannot be read there are none', async (t) => {
  const cwd = folder(t, 'other.json', '{ "databases": { "one": {}, // unfinished');
  assert.deepEqual(await offered(['check', '--config', 'other.json', '--database', ''], cwd), ['one']);
  assert.deepEqual(await offered(['check', '--database', ''], cwd), []);
  assert.deepEqual(await offered(['check', '--config', 'none.json', '--database', ''], cwd), []);
});

test('a shell that there is no script for', async () => {
  ends(await pgseq(['completion', 'fihs']), {
    code: 2,
    stderr: 'pgseq: fihs: pgseq has no script for this shell\n  did you mean fish?\n',
  });
  ends(await pgseq(['completion', 'cmd']), {
    code: 2,
    stderr: 'pgseq: cmd: pgseq has no script for this shell\n  one of bash, zsh, fish, powershell\n',
  });
});
