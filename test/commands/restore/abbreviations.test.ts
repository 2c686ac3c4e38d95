import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toldClient, writtenOut } from '../../../src/commands/restore/client-options.ts';
import { Problem } from '../../../src/problem.ts';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { dumped, restore, skip, users } from './support.ts';

// pg_restore's options by all the names that it knows them by.

test('an option cut short is written out as getopt_long does, where only one is meant', () => {
  const own = ['format', 'inspect', 'into-existing', 'statement-timeout', 'output'];
  const cases: Readonly<Record<string, string>> = {
    '--data': '--data-only',
    '--schema-o': '--schema-only',
    '--schema': '--schema',
    '--schema=a': '--schema=a',
    '--tab=users': '--table=users',
    '--no-own': '--no-owner',
    '--no-acl': '--no-acl',
    '--no-a': '--no-acl',
    '--verb': '--verbose',
    '--use-l=x': '--use-list=x',
    '--use-s': '--use-set-session-authorization',
    '--format': '--format',
    '--insp': '--insp', // pgseq's own are written out
    '--nonsense': '--nonsense',
    '-d': '-d',
    data: 'data',
  };
  for (const [typed, meant] of Object.entries(cases)) assert.deepEqual(writtenOut([typed], own), [meant]);
  for (const typed of ['--no-p', '--s', '--use', '--ex'])
    assert.throws(
      () => writtenOut([typed], own),
      (error) => error instanceof Problem && error.message.startsWith(`option '${typed}' is ambiguous: --`),
    );
});

test("pg_restore's --format is told from the report's by its value", () => {
  const own = ['format', 'archive-format', 'inspect', 'into-existing', 'output'];
  for (const [typed, meant] of [
    [['--format=c'], ['--archive-format=c']],
    [['--format=custom'], ['--archive-format=custom']],
    [
      ['--format', 'd', 'a.dir'],
      ['--archive-format', 'd', 'a.dir'],
    ],
    [
      ['--format', 'Tar'],
      ['--archive-format', 'Tar'],
    ],
    [
      ['--format', 'json'],
      ['--format', 'json'],
    ],
    [['--format=text'], ['--format=text']],
    [['--format=xml'], ['--format=xml']],
    [['-Fc'], ['-Fc']],
    [['--format'], ['--format']],
  ] as const)
    assert.deepEqual(writtenOut(typed, own), meant);
});

databaseTest(
  '-F and --format as pg_restore has them: what the archive is, or an error',
  newest,
  users,
  async (db, t) => {
    const archive = dumped(t, db, '-Fc');
    for (const [args, code, said] of [
      [['-F', 'c'], 0, ''],
      [['-Fc'], 0, ''],
      [['--format=custom', '--format', 'json'], 0, '"report"'],
      [['-Ft'], 2, '-F says it is a tar archive, but '],
      [['--format=directory'], 2, '-F says it is a directory archive, but '],
      [['-Fp'], 2, '-F says it is a script, but '],
      [['-Fz'], 2, '-F z: expected custom, directory, tar or plain'],
      [['--format=xml'], 2, 'xml'],
    ] as const) {
      const ended = await restore(['--inspect', ...args, archive]);
      assert.equal(ended.code, code, ended.stderr);
      assert.ok(`${ended.stdout}${ended.stderr}`.includes(said), `${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
    }
  },
  skip,
);

test('--no-acl goes to pg_restore, and --verbose is what it is told anyway', () => {
  assert.deepEqual(toldClient({ acl: false, verbose: true }), {
    pgRestore: ['--no-acl'],
    psql: [],
    notForPsql: ['--no-acl'],
  });
});

databaseTest(
  'as the pages of others have it: --verbose --clean --no-acl --no-owner',
  newest,
  `${users} create role "pgseq acl reader"; grant select on users to "pgseq acl reader";`,
  async (db, t) => {
    try {
      const archive = dumped(t, db, '-Fc');
      await withDatabase(newest, 'restored', '', async (target) => {
        const { code, stderr } = await restore([
          '--verbose',
          '--clean',
          '--if-e',
          '--no-acl',
          '--no-own',
          archive,
          target.url,
        ]);
        assert.equal(code, 0, stderr);
        assert.match(stderr, /pgseq: pg_restore: creating TABLE "public\.users"\n/);
        assert.deepEqual(await target.query("select relacl::text from pg_class where relname = 'users'"), [[null]]);
        const quiet = await restore(['--into-existing', '--data', '--tab=users', archive, target.url]);
        assert.doesNotMatch(quiet.stderr, /processing data/);
        const unclear = await restore(['-v', '--no-p', archive, target.url]);
        assert.deepEqual([unclear.code, unclear.stdout], [2, '']);
        assert.match(unclear.stderr, /'--no-p' is ambiguous: /);
      });
    } finally {
      await db.query('drop owned by "pgseq acl reader"; drop role "pgseq acl reader"');
    }
  },
  skip,
);
