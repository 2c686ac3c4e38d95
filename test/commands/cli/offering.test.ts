import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { offeringFor, offeringOf } from '../../../src/commands/request/carried-options.ts';
import { readArguments } from '../../../src/cli/program.ts';
import { withoutPassword } from '../../../src/pg/conninfo/index.ts';
import { withDatabase, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { behind } from '../support.ts';
import { offered, type Offering } from '../../../src/pg/offering.ts';

test('a connection string without its secrets is the same otherwise, as it was written', () => {
  const cases: [string, string | undefined][] = [
    ['app', 'app'],
    ['postgres://app@h/app', 'postgres://app@h/app'],
    ['postgres://app:secret@h:5433/app?sslmode=require', 'postgres://app@h:5433/app?sslmode=require'],
    ['postgresql+psycopg2://app:secret@h/app', 'postgresql+psycopg2://app@h/app'],
    ['jdbc:postgresql://h/app?user=u&password=secret&ssl=true', 'jdbc:postgresql://h/app?user=u&ssl=true'],
    ['postgres://h/app?sslpassword=secret', 'postgres://h/app'],
    ['postgres://u:p?#:x@h/db', 'user=u host=h dbname=db'],
    ["host=h password='sec ret' dbname=app", 'host=h dbname=app'],
    ["host=h user='my user' password=secret", "host=h user='my user'"],
    ['host=h dbname=app', 'host=h dbname=app'],
    ['postgres://u:p@ss@h/db', undefined], // nobody knows what of it is the password
  ];
  for (const [typed, shown] of cases) {
    assert.equal(withoutPassword(typed), shown, typed);
    assert.doesNotMatch(withoutPassword(typed) ?? '', /secret|sec ret/);
  }
  assert.equal(
    withoutPassword('postgres://u:p@h/postgres?sslmode=disable', 'a b'),
    "user=u host=h dbname='a b' sslmode=disable",
  );
});

async function typed(args: readonly string[], env: Record<string, string> = {}): Promise<Offering> {
  const request = await readArguments(args);
  assert.ok('command' in request);
  return offeringOf(request.command, request.raw, request.words, env);
}

test('a command that is offered repeats how the connection was given, where it takes it', async () => {
  const url = 'postgres://u:p@h/a b';
  const cases: [string[], string, string][] = [
    [['check'], 'fix --sequence s', 'pgseq fix --sequence s'],
    [['check', url], 'fix --sequence s', "pgseq fix --sequence s 'postgres://u@h/a b'"],
    [['check', '--url', url], 'guard install -t t', "pgseq guard install -t t 'postgres://u@h/a b'"],
    [['explain', '--url', url, 'x'], 'explain x', "pgseq explain x --url 'postgres://u@h/a b'"],
    [['import', 'f.csv', '--to', url], 'fix', "pgseq fix 'postgres://u@h/a b'"],
    [['check', url], 'import f.csv', "pgseq import f.csv --to 'postgres://u@h/a b'"],
    [['restore', 'f.dump', url], 'restore f.dump', "pgseq restore f.dump --url 'postgres://u@h/a b'"],
    [['run', url, '--', 'x'], 'run -- x', "pgseq run --url 'postgres://u@h/a b' -- x"],
    [
      ['check', '-h', '/run/my pg', '-p', '1', '-U', "o'neil", '-d', 'app'],
      'fix',
      String.raw`pgseq fix -h '/run/my pg' -p 1 -U 'o'\''neil' -d app`,
    ],
    [['check', '-d', url], 'fix', "pgseq fix -d 'postgres://u@h/a b'"],
    [['check', '--env-file', '.env.prod', '--role', 'r'], 'fix', 'pgseq fix --role r --env-file .env.prod'],
    [['fix', '--sequence', 's', '--to', '7', '-d', 'app'], 'check', 'pgseq check -d app'],
    [
      ['check', '--link', 's=t.c@below', '--max-jump', '90%', '--read-foreign', '-d', 'app'],
      'fix',
      'pgseq fix --link s=t.c@below --read-foreign --max-jump 90% -d app',
    ],
    [
      ['check', '--link', 's=t.c', '--max-jump', '90%', '-d', 'app'],
      'sql migration -t t',
      'pgseq sql migration -t t --link s=t.c -d app',
    ],
    [['check', url], 'sql check -t t', 'pgseq sql check -t t'],
    [['check', url], 'explain behind', "pgseq explain behind --url 'postgres://u@h/a b'"],
  ];
  for (const [args, command, expected] of cases)
    assert.equal(offered(await typed(args), command), expected, args.join(' '));
  assert.equal(offered(undefined, 'check'), 'pgseq check');
});

databaseTest(
  'a cure acts on the database that it was found in, whatever the environment says',
  newest,
  behind,
  async (db) => {
    await withDatabase(db.server, 'the environment names another database', behind, async (other) => {
      const env = { DATABASE_URL: other.url, PGDATABASE: other.name };
      const found = await pgseq(['check', '-q', db.url], { env });
      const line = /^ {2}pgseq (fix .*)$/m.exec(found.stdout)?.[1] ?? '';
      const words = spawnSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
        .stdout.trimEnd()
        .split('\n');
      assert.equal((await pgseq(words, { env })).code, 0);
      assert.deepEqual(await db.query('select last_value from users_id_seq'), [['16']]);
      assert.deepEqual(await other.query('select last_value from users_id_seq'), [['3']]);
      // A command that takes its database from the environment too reads the same variables
      const guards = await pgseq(['guard', 'status', '--all-tables', '-q'], { env: { DATABASE_URL: db.url } });
      assert.match(guards.stdout, /^ {2}pgseq guard install -t public\.users$/m);
    });
  },
);

test('npx where it was started so', async () => {
  const npx = await typed(['check', '-d', 'app'], {
    npm_command: 'exec',
    npm_config_user_agent: 'npm/10.8.2 node/v20',
  });
  assert.equal(offered(npx, 'fix'), 'npx pgseq fix -d app');
  assert.equal(offered(await typed(['check'], { npm_command: 'run-script' }), 'fix'), 'pgseq fix');
});

test('another database of the same server is named in place of the one that was typed', async () => {
  const of = async (...args: string[]): Promise<string> =>
    offered(offeringFor('two', await typed(['check', ...args])), 'fix');
  assert.equal(await of(), 'pgseq fix -d two');
  assert.equal(await of('-h', 'h', '-d', 'one'), 'pgseq fix -h h -d two');
  assert.equal(await of('postgres://u:p@h/one'), "pgseq fix 'user=u host=h dbname=two'");
  assert.equal(await of('-d', 'host=h dbname=one'), "pgseq fix -d 'host=h dbname=two'");
});

test('a database of a configuration is chosen by its name, or named where none is read', async () => {
  const entry = { choose: ['--database', 'prod'], instead: ['--url', 'postgres://u@h/app'] };
  const offering = { ...(await typed(['check', '--env-file', '.env'])), entry };
  assert.equal(offered(offering, 'fix'), 'pgseq fix --database prod --env-file .env');
  assert.equal(
    offered(offering, 'guard install -t t'),
    'pgseq guard install -t t --url postgres://u@h/app --env-file .env',
  );
});

test('a hint of a file that is something else repeats the connection that was given', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pgseq-offering-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const sqlite = write('my app.db', 'SQLite format 3\0');
  const mysql = write('app.sql', '-- MySQL dump 10.13\n');
  const archive = write('app.dump', 'PGDMP\u0001\u000e\0');
  const url = 'postgres://u:secret@127.0.0.1:1/app';
  const cases: [string[], string][] = [
    [['restore', sqlite, url], "pgseq import 'my app.db' --to postgres://u@127.0.0.1:1/app"],
    [['restore', sqlite, '-h', 'h', '-d', 'app'], "pgseq import 'my app.db' -h h -d app"],
    [['restore', sqlite, '--inspect'], "pgseq import 'my app.db' --to CONNECTION"],
    [['import', archive, '--to', url], 'pgseq restore app.dump --url postgres://u@127.0.0.1:1/app'],
    [['restore', mysql, '--url', url], 'pgseq import mysql://… --to postgres://u@127.0.0.1:1/app'],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await pgseq(args, { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`${expected.replaceAll(/[.()?*+]/g, String.raw`\$&`)}$`, 'm'));
    assert.doesNotMatch(stderr, /secret/);
  }
  const script = write('app script.sql', '-- PostgreSQL database dump\n');
  const { stderr } = await pgseq(['restore', script, url, '--', '-d', 'x'], {
    cwd: folder,
    env: { npm_command: 'exec', npm_config_user_agent: 'npm/10.8.2 node/v20' },
  });
  assert.match(stderr, /npx pgseq restore 'app script\.sql' --url postgres:\/\/u@127\.0\.0\.1:1\/app -- …$/m);
});
