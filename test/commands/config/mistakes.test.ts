import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pgseq, type PgseqResult } from '../../support/pgseq.ts';
import { ends, folder } from '../support.ts';

// Nothing is connected to before all was read: the port is one where nothing listens
const nowhere = 'postgres://postgres@127.0.0.1:1/none';

function checkWith(t: TestContext, content: string, args: readonly string[] = []): Promise<PgseqResult> {
  return pgseq(['check', ...args], { cwd: folder(t, 'pgseq.json', content) });
}

test('every mistake of a pgseq.json is told at once, with its place and what to write instead', async (t) => {
  const content = `// comments and a last comma are allowed
{
  "$schema": 7,
  "job": 2,
  "jobs": 33,
  "databases": {
    "app": {
      "connection": "postgress://app@localhost/app",
      "schema": ["public"],
      "tables": "public.orders",
      "excludeTables": ["a.b.c", "fine", 5],
      "links": ["x"],
      "readForeign": "yes",
      "nearLimit": 101,
      "maxJump": "half",
      "failOn": "warn",
      "statementTimeout": 30,
      "timeout": "5",
      "ignore": ["behnd:public.s", "behind:public.*", 4, { "key": "shared:*" }, { "keys": "shared:*", "reason": "r" }],
    },
    "both": { "connection": "dbname=a", "env": "NOT_SET_ANYWHERE" },
    "variable": { "env": "not a name" },
    "unset": { "env": "NOT_SET_ANYWHERE" },
    "unset": 5,
  },
}
`;
  ends(await checkWith(t, content, ['--all-databases', '--jobs', '0', '-t', '']), {
    code: 2,
    stderr: `pgseq: -t "": a part of this pattern is empty
--jobs 0: less than 1
pgseq.json:3:14: "$schema" takes the URL of a JSON schema
  write "$schema": "./node_modules/pgseq/schema/pgseq.schema.json"
pgseq.json:4:3: unknown key "job"
  did you mean "jobs"?
pgseq.json:5:11: "jobs" takes a whole number from 1 to 32
  write "jobs": 2
pgseq.json:8:21: "connection" of app in pgseq.json begins with postgress://
  did you mean postgres://? use postgresql://user@host:5432/database
pgseq.json:9:7: unknown key "schema"
  did you mean "schemas"?
pgseq.json:10:17: "tables" takes a list
  write "tables": ["public.order*"]
pgseq.json:11:25: a.b.c: too many dots in a pattern (schema.name at most)
  write "excludeTables": ["public.archive_*"]
pgseq.json:11:42: "excludeTables" takes a psql pattern
  write "excludeTables": ["public.archive_*"]
pgseq.json:12:17: links x: expected one "=" between the sequence and its columns
  write "links": ["public.hibernate_sequence=public.users.id,public.orders.id@below"]
pgseq.json:13:22: "readForeign" takes true or false
  write "readForeign": true
pgseq.json:14:20: nearLimit 101: not a percentage from 0% to 100%
  write "nearLimit": "80%"
pgseq.json:15:18: maxJump half: not a percentage from 0% to 100%
  write "maxJump": "50%"
pgseq.json:16:17: "failOn" takes one of "error", "warning", "none"
  write "failOn": "error"
pgseq.json:17:27: "statementTimeout" takes a duration with its unit
  write "statementTimeout": "30s"
pgseq.json:18:18: timeout 5: not a duration
  write "timeout": "5m"
pgseq.json:19:18: "behnd:public.s" is not a finding key: there is no rule "behnd"
  did you mean "behind"?
pgseq.json:19:36: "behind:public.*" is a pattern, which needs a reason
  write { "key": "behind:public.*", "reason": "…" }
pgseq.json:19:55: "ignore" takes finding keys
  write "behind:public.users_id_seq", or { "key": "unindexed:legacy.*", "reason": "…" }
pgseq.json:19:58: "reason" must say why these findings are accepted
  write "behind:public.users_id_seq", or { "key": "unindexed:legacy.*", "reason": "…" }
pgseq.json:19:81: "key" must be the key of a finding, or a pattern
  write "behind:public.users_id_seq", or { "key": "unindexed:legacy.*", "reason": "…" }
pgseq.json:19:83: unknown key "keys"
  did you mean "key"?
pgseq.json:21:48: "connection" and "env" both name the database
  give only one
pgseq.json:22:26: "env" takes the name of a variable
  write "env": "APP_DATABASE_URL"
pgseq.json:24:5: "unset" appears twice
pgseq.json:24:14: "unset" takes an object
  write "unset": { "env": "DATABASE_URL" }
`,
  });
});

for (const [content, message] of [
  ['', '1:1: expected a value'],
  ['[]', '1:1: not an object: { … }'],
  ['{}', '1:1: "databases" is missing\n  write "databases": { "app": { "env": "DATABASE_URL" } }'],
  ['{"databases": {}}', '1:15: "databases" names none\n  write "app": { "env": "DATABASE_URL" }'],
  ['{"databases": []}', '1:15: "databases" takes an object\n  write "databases": { "app": { … } }'],
  [
    '{"databases": {"a": {"role": "r" "env": "E"}}}',
    '1:34: expected a comma\npgseq.json:1:41: the environment variable E is not set\n  set it, or read it from a file: --env-file FILE',
  ],
  ['{"databases": {"a": {}}', '1:24: expected a }'],
  ['{"databases": {"a": {}}} {', '1:26: unexpected text after the end of the object'],
  ["{'databases': {}}", '1:2: not a value: strings need double quotes'],
  [
    '{"databases": {"a": {"env": "E"}}}',
    '1:29: the environment variable E is not set\n  set it, or read it from a file: --env-file FILE',
  ],
] as const) {
  test(`a mistake in a pgseq.json: ${content}`, async (t) => {
    ends(await checkWith(t, content), { code: 2, stderr: `pgseq: pgseq.json:${message}\n` });
  });
}

test('which database: a name that the file lacks, none chosen of several, no file', async (t) => {
  const content = `{"databases": {"app": {"connection": "${nowhere}"}, "legacy": {"env": "LEGACY"}}}`;
  const file = join(folder(t, 'pgseq.json', content), 'pgseq.json');
  ends(await checkWith(t, content), {
    code: 2,
    stderr: 'pgseq: pgseq.json has several databases: app, legacy\n  choose: --database app, or --all-databases\n',
  });
  ends(await checkWith(t, content, ['--database', 'legcy']), {
    code: 2,
    stderr: 'pgseq: --database legcy: not in pgseq.json\n  did you mean legacy?\n',
  });
  ends(await checkWith(t, content, ['--database', 'app', '--all-databases']), {
    code: 2,
    stderr: 'pgseq: --database and --all-databases: give only one\n',
  });
  for (const connection of [[nowhere], ['--url', nowhere]])
    ends(await pgseq(['check', '--config', file, '--all-databases', ...connection], { env: { LEGACY: nowhere } }), {
      code: 2,
      stderr: 'pgseq: one connection was given for several databases\n  choose one: --database NAME\n',
    });
  ends(await checkWith(t, content, ['--exclude-database', 'a.b', nowhere]), {
    code: 2,
    stderr:
      'pgseq: --exclude-database a.b: a database pattern cannot have a dot outside double quotes\n--exclude-database only works with --all-databases\n',
  });
  ends(await checkWith(t, content, ['--all-databases', '--exclude-database', 'ap']), {
    code: 2,
    stderr: 'pgseq: --exclude-database ap: matches no database\n',
  });
  ends(await checkWith(t, content, ['--all-databases', '--exclude-database', '*']), {
    code: 2,
    stderr: 'pgseq: --exclude-database leaves no database\n',
  });
  ends(await pgseq(['check', '--database', 'app']), {
    code: 2,
    stderr: 'pgseq: --database: no pgseq.json here; name a file with --config\n',
  });
  ends(await pgseq(['check', '--config', 'no/such.json']), {
    code: 2,
    stderr: 'pgseq: no/such.json: no such file\n',
  });
  // What is not chosen need not be there: its variable is set where it is checked
  const { code, stderr } = await checkWith(t, content, ['--database', 'app']);
  assert.equal(code, 2);
  assert.match(stderr, /nothing listens there/);
});

test('--config names a file elsewhere, whose name stands in messages', async (t) => {
  const cwd = folder(t, 'other.txt', '');
  mkdirSync(join(cwd, 'etc'));
  writeFileSync(join(cwd, 'etc', 'my.json'), '{"database": {}}');
  ends(await pgseq(['fix', '--config', 'etc/my.json'], { cwd }), {
    code: 2,
    stderr:
      'pgseq: etc/my.json:1:1: "databases" is missing\n' +
      '  write "databases": { "app": { "env": "DATABASE_URL" } }\n' +
      'etc/my.json:1:2: unknown key "database"\n  did you mean "databases"?\n',
  });
});

test('every mistake of a baseline is told at once, with its place', async (t) => {
  const cwd = folder(
    t,
    'pgseq.baseline.json',
    '{\n  "baseline": 2,\n  "databases": { "app": "behind:public.s", "b": [1] },\n  "x": 1\n}',
  );
  ends(await pgseq(['check', nowhere], { cwd }), {
    code: 2,
    stderr: `pgseq: pgseq.baseline.json:2:15: this pgseq reads version 1 of the baseline only
pgseq.baseline.json:3:25: "app" takes a list of finding keys
  to write a new one: pgseq baseline
pgseq.baseline.json:3:49: "b" takes a list of finding keys
  to write a new one: pgseq baseline
pgseq.baseline.json:4:3: unknown key "x"
  to write a new one: pgseq baseline
`,
  });
  ends(await pgseq(['check', '--baseline', 'none.json', nowhere], { cwd }), {
    code: 2,
    stderr: 'pgseq: none.json: no such file\n  pgseq baseline writes it\n',
  });
});
