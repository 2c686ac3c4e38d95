import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { unknown } from '../../src/dump/connect.ts';
import { scanDump } from '../../src/dump/scan.ts';
import { databaseTest } from '../support/database.ts';
import { withoutPsql } from '../support/psql.ts';
import { newest } from '../support/servers.ts';

/** Where a script turns to: `database host port`, `?` where only psql can tell. */
async function turns(script: string): Promise<string[]> {
  const { connects } = await scanDump([Buffer.from(script)]);
  return connects.map(({ database, host, port }) =>
    [database === unknown ? '?' : database, host, port].filter((one) => one !== null).join(' '),
  );
}

// Each is run by psql too, which ends in the database `postgres` or where it began
const elsewhere: readonly string[] = [
  String.raw`\c postgres`,
  String.raw`  \connect postgres`,
  '\t\\c\tpostgres',
  String.raw`\echo hi \c postgres`,
  String.raw`\echo hi \\ \c postgres`,
  String.raw`select 1 \c postgres`,
  String.raw`select 1; \c postgres`,
  String.raw`select (1 \c postgres`,
  String.raw`select 1\; select 2 \g /dev/null \c postgres`,
  String.raw`\c "postgres"`,
  String.raw`\c 'post\147res'`,
  String.raw`\c pos"tgr"es`,
  String.raw`\c -reuse-previous=on "dbname='postgres'"`,
  String.raw`\c -reuse-previous=on "dbname=postgres"`,
  String.raw`\set x postgres` + '\n\\c :x',
  String.raw`\set x post 'gres'` + '\n\\c :"x"',
  String.raw`\set x '\\c postgres'` + '\n:x',
  '\\c `echo postgres`',
  '\\set x `echo postgres`\n\\c :x',
  String.raw`/* ' */ \c postgres`,
  String.raw`select 'a' -- '` + '\n\\c postgres',
  String.raw`select $a$ ' $a$ \c postgres`,
  String.raw`select a$b$ \c postgres`,
  String.raw`select e'\'' \c postgres`,
  String.raw`select 1 as namee'\' \c postgres`,
  String.raw`select U&'\' \c postgres`,
  String.raw`\if true \c postgres`,
  String.raw`\r \c postgres`,
  'create table t0 (a int);\ncopy t0 from stdin;\n1\n\\.\n\\c postgres',
  'create table t0 (a int);\ncopy t0 from stdin \\g\n1\n\\.\n\\c postgres',
  'create table t0 (a int);\n\\copy t0 from stdin\n1\n\\.\n\\c postgres',
  'create table t0 (a int);\ncopy t0 from stdin; \\c postgres\n1\n\\.',
];
const here: readonly string[] = [
  String.raw`\c`,
  String.raw`\c -`,
  String.raw`\c - - - -`,
  String.raw`\echo '\\c postgres'`,
  String.raw`\echo "\c postgres"`,
  String.raw`\! true \c postgres`,
  String.raw`\copy (select 1) to program 'true \\c postgres'`,
  String.raw`select 1 \g | cat > /dev/null \c postgres`,
  String.raw`select 1 -- \c postgres`,
  String.raw`select 1 /* /* */ \c postgres */`,
  String.raw`select ' \c postgres'`,
  String.raw`select e'\' \c postgres'`,
  String.raw`select 1 as " \c postgres "`,
  String.raw`select $$ \c postgres $$`,
  String.raw`select $a$ $$ \c postgres $a$`,
  String.raw`\echo \: \; \connected postgres`,
  'create table t0 (a text);\ncopy t0 from stdin;\n\\c postgres\n\\.\n',
  'create table t0 (a text);\n\\copy t0 from stdin\n\\c postgres\n\\.\n',
];

databaseTest(
  'a script turns elsewhere where psql does',
  newest,
  '',
  async (db) => {
    const { host, port } = db.server;
    const env = {
      PATH: process.env['PATH'],
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: 'postgres',
      PGDATABASE: db.name,
    };
    for (const [scripts, isElsewhere] of [
      [elsewhere, true],
      [here, false],
    ] as const)
      for (const script of scripts) {
        const input = `drop table if exists t0;\n${script}\n;\n\\r\n\\set QUIET off\n\\pset format unaligned\nselect '>' || current_database() || '<';\n`;
        const { stdout, stderr } = spawnSync('psql', ['-XqAt', '-f', '-'], { env, input, encoding: 'utf8' });
        assert.equal(stdout.includes('>postgres<'), isElsewhere, `psql: ${script}\n${stdout}${stderr}`);
        assert.equal((await turns(`${script}\n`)).length > 0, isElsewhere, script);
      }
  },
  { skip: withoutPsql },
);

test('a variable that names itself ends', async () => {
  for (const script of [
    String.raw`\set a '\\set a :a'`,
    String.raw`\set a '\\set a :a:a'`,
    String.raw`\set a '\\c :a'`,
  ])
    await turns(`${script}\n${script}\nselect :a;\n`);
});

test('where a script turns to', async () => {
  for (const [script, wanted] of [
    [String.raw`\c app somebody`, ['app']],
    [String.raw`\c - - other 5433`, ['other 5433']],
    [String.raw`\c app - other`, ['app other']],
    [String.raw`\c "host=other dbname='a b'"`, ['a b other']],
    [String.raw`\c postgres://other:5433/app`, ['app other 5433']],
    [String.raw`\c service=app`, ['?']],
    [String.raw`\c "app=1"`, ['?']],
    [String.raw`\c app - ` + '`hostname`', ['?']],
    [String.raw`\c :app`, ['?']],
    [String.raw`\set 5433 app` + '\n\\c :5433', ['app']],
    [String.raw`\c "-"`, ['-']],
    [String.raw`\c a \c b \\ select 1 \c c`, ['a', 'b', 'c']],
  ] as const)
    assert.deepEqual(await turns(`${script}\n`), wanted, script);
});

test('without standard_conforming_strings a backslash escapes in any quotes', async () => {
  const quoted = String.raw`select '\' \c app --'`;
  assert.deepEqual(await turns(`${quoted}\n`), ['app']);
  assert.deepEqual(await turns(`set standard_conforming_strings = off;\n${quoted}\n`), []);
  assert.deepEqual(
    await turns(`set standard_conforming_strings to off;\nset standard_conforming_strings = on;\n${quoted}\n`),
    ['app'],
  );
});
