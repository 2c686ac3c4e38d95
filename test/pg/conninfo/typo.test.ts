import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ConninfoSources, readConninfo, withoutPasswords } from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';
import { pgseq } from '../../support/pgseq.ts';

const typos = [
  'postgres//u:hush@h/x',
  'postgres:/u:hush@h/x',
  'postgres:u:hush@h/x',
  'postgres;//u:hush@h/x',
  'postgres.//u:hush@h/x',
  'postgres/u:hush@h/x',
  'postgres ://u:hush@h/x',
  'postgres:\\\\u:hush@h\\x',
  'postgress://u:hush@h/x',
  'postgresq://u:hush@h/x',
  '//u:hush@h/x',
  '/u:hush@h/x',
  '://u:hush@h/x',
  '@u:hush@h/x',
  'u:hush@h',
  'u:hush@h/x?a=b',
  'postgres//u:hu=sh@h/x',
  'http://u:hush@h/x',
  'mysql//u:hush@h/x',
  'psql postgres://u:hush@h/x',
  "psql 'postgres://u:hush@h/x'",
  'DATABASE_URL=postgres://u:hush@h/x',
  'export DATABASE_URL=postgres://u:hush@h/x',
  'url: postgres://u:hush@h/x',
  'postgres：//u：hush@h/x',
  'host=h dbname=postgres//u:hush@h/x',
  'dbname=postgres://u:hush@h/x',
  'host=postgres://u:hush@h/x',
];

const secret = /hu|sh@/;

function refusal(sources: Partial<ConninfoSources>): string {
  const known = { env: {}, home: '/nonexistent', systemUser: 'me', platform: 'linux', socketDirectories: [] };
  try {
    const { hosts, user, database } = readConninfo({ ...known, ...sources });
    assert.fail(`accepted: ${JSON.stringify({ hosts, user, database })}`);
  } catch (error) {
    assert.ok(error instanceof Problem, String((error as Error).stack));
    return `${error.message}\n${error.hint ?? ''}`;
  }
}

test('what was meant as a URL goes to no server, and shows no password', () => {
  for (const typo of typos) {
    const places: Partial<ConninfoSources>[] = [
      { conninfo: typo },
      { flags: { dbname: typo } },
      { env: { DATABASE_URL: typo }, urlVariables: true },
      { env: { POSTGRES_URL: typo }, urlVariables: true },
    ];
    for (const place of places) {
      const said = refusal(place);
      assert.doesNotMatch(said, secret, typo);
      assert.match(said, /:\/\//, `${typo}: says how a URL is written`);
    }
  }
});

test('nor does a URL in the place of a name', () => {
  for (const url of ['postgres://u:hush@h/x', 'postgres//u:hush@h/x', 'u:hush@h']) {
    const places: Partial<ConninfoSources>[] = [
      ...['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE', 'PGSERVICE', 'PGHOSTADDR'].map((name) => ({
        env: { [name]: url },
      })),
      { flags: { host: url } },
      { flags: { user: url } },
      { flags: { port: url } },
    ];
    for (const place of places) assert.doesNotMatch(refusal(place), secret, JSON.stringify(place));
  }
});

test('names of databases stay what they are', () => {
  for (const name of ['app', 'my app', 'a/b', 'a-b.c', 'me@corp', 'a:b'])
    assert.equal(readConninfo({ env: {}, conninfo: `dbname='${name}'`, systemUser: 'me' }).database, name);
  for (const name of ['app', 'my app', 'a-b.c'])
    assert.equal(readConninfo({ env: {}, conninfo: name, systemUser: 'me' }).database, name);
});

const directory = mkdtempSync(join(tmpdir(), 'pgseq-typo-'));
after(() => rmSync(directory, { recursive: true }));

test('from files, in JSON, and of sources: exit 2, and no password', async () => {
  const at = (name: string): string => join(directory, name);
  for (const typo of ['postgres//u:hush@h/x', '//u:hush@h/x', 'postgres;//u:hush@h/x']) {
    writeFileSync(at('one.env'), `DATABASE_URL=${typo}\n`);
    writeFileSync(at('pgseq.json'), JSON.stringify({ databases: { a: { connection: typo } } }));
    const runs = [
      ['check', typo],
      ['check', '-d', typo],
      ['check', '--env-file', at('one.env')],
      ['check', '--config', at('pgseq.json'), '--format', 'json'],
      ['fix', '--config', at('pgseq.json'), '--dry-run'],
      ['import', typo, '--to', 'dbname=x'],
      ['import', 'x.csv', '--to', typo],
    ];
    for (const args of runs) {
      const { code, stdout, stderr } = await pgseq(args, { cwd: directory });
      assert.equal(code, 2, args.join(' '));
      assert.doesNotMatch(`${stdout}${stderr.replace(/^.*ps showed.*$/m, '')}`, secret, args.join(' '));
    }
  }
  for (const source of [
    'mysql//u:hush@h/x',
    'mysql:///u:hush@h/x',
    'mysql:/u:hush@h/x',
    'mysq://u:hush@h/x',
    'mysql://h/u:hush@h/x',
    'mysql://u:hu/sh@h/x',
    'mysql://u:12/hush@h/x',
    'https://u:hush@h/x.csv',
  ]) {
    const { code, stderr } = await pgseq(['import', source, '--to', 'dbname=x'], { cwd: directory });
    assert.equal(code, 2, source);
    assert.doesNotMatch(stderr, secret, source);
  }
});

test('a text shows no password of a URL within it', () => {
  assert.equal(withoutPasswords('at postgres://u:hush@h/x and //v:a@b@h'), 'at postgres://u:***@h/x and //v:***@h');
  assert.equal(withoutPasswords('see https://h:1/a and me@corp'), 'see https://h:1/a and me@corp');
});
