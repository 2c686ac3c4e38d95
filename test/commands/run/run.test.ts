import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Database, databaseTest } from '../../support/database.ts';
import { type PgseqOptions, type PgseqResult, spawnPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { type JsonReport, until } from '../support.ts';

// Runs on every Node: programs and their streams.
// `pgseq run`: another program loads data, and whatever it comes to, the sequences are in step afterwards.

/** A process of its own: the command that it runs has its streams. */
const pgseq = (args: readonly string[], options: PgseqOptions = {}): Promise<PgseqResult> =>
  spawnPgseq(args, options).result;

const users = `
  create table users (id serial primary key, email text);
  insert into users (email) values ('a'), ('b');`;

/** A command that runs Node, with a program that has the driver and the address of the database in its variables. */
const node = (program: string): string[] => [process.execPath, '--input-type=module', '-e', program];

/** A program that sends SQL to what DATABASE_URL names. */
const sends = (sql: string, then = ''): string[] =>
  node(`import pg from ${JSON.stringify(new URL('../../../../node_modules/pg/esm/index.mjs', import.meta.url).href)};
    const client = new pg.Client(process.env.DATABASE_URL);
    await client.connect();
    await client.query(${JSON.stringify(sql)});
    await client.end();
    ${then}`);

const seed = 'insert into users (id) select generate_series(3, 40)';

async function next(db: Database, sequence = 'users_id_seq'): Promise<string | null | undefined> {
  return (await db.query(`select last_value + is_called::int from ${sequence}`))[0]?.[0];
}

databaseTest('a seed with ids of its own, and the sequence is beyond them', servers, users, async (db) => {
  const { code, stdout } = await pgseq(['run', '-q', db.url, '--', ...sends(seed, 'console.log("seeded")')]);
  assert.deepEqual(
    [code, stdout],
    [0, 'seeded\nmoved       public.users_id_seq  next 3 -> 41  step\n\n1 sequence: 1 ok\n'],
  );
  await db.query('insert into users default values');
});

databaseTest('the code of the command is passed on, after the fix', newest, users, async (db) => {
  const failing = await pgseq(['run', '-q', db.url, '--', ...sends(seed, 'process.exit(7)')]);
  assert.equal(failing.code, 7);
  assert.equal(await next(db), '41');
  const killed = await pgseq(['run', '-q', db.url, '--', ...node('process.kill(process.pid, "SIGKILL")')]);
  assert.equal(killed.code, 137);
});

databaseTest('without findings of its own, the exit code is that of fix', newest, users, async (db) => {
  await db.query(
    "create table whole (id smallint primary key default 1); create sequence s maxvalue 3; alter table whole alter id set default nextval('s')",
  );
  const { code, stdout } = await pgseq([
    'run',
    '-q',
    db.url,
    '--',
    ...sends('insert into whole select generate_series(1, 3)'),
  ]);
  assert.equal(code, 1, stdout);
});

databaseTest('what the command moved backward goes forward again, and is told', servers, users, async (db) => {
  await db.query("select setval('users_id_seq', 10000)");
  const { code, stdout } = await pgseq(['run', '-q', db.url, '--', ...sends("select setval('users_id_seq', 500)")]);
  assert.deepEqual(
    [code, stdout],
    [
      0,
      'rewound  public.users_id_seq  next 10001 -> 501, undone\n\n' +
        'moved       public.users_id_seq  next 501 -> 10001  step\n\n1 sequence: 1 ok\n',
    ],
  );
  assert.equal(await next(db), '10001');
});

databaseTest('a descending sequence stands further down, and a cycle has no back', newest, '', async (db) => {
  await db.query(
    `create sequence down increment -1; create sequence round maxvalue 9 cycle; select setval('down', -70), setval('round', 8)`,
  );
  const { code } = await pgseq(['run', '-q', db.url, '--', ...sends("select setval('down', -5), setval('round', 2)")]);
  assert.equal(code, 0);
  assert.deepEqual(
    await Promise.all(
      ['down', 'round'].map(async (name) => (await db.query(`select last_value from ${name}`))[0]?.[0]),
    ),
    ['-70', '2'],
  );
});

databaseTest('a sequence that was made anew does not end below the one before it', newest, users, async (db) => {
  await db.query("select setval('users_id_seq', 900)");
  const { code } = await pgseq([
    'run',
    '-q',
    db.url,
    '--',
    ...sends('drop table users; create table users (id serial primary key, email text)'),
  ]);
  assert.equal(code, 0);
  assert.equal(await next(db), '901');
});

databaseTest('as JSON', newest, users, async (db) => {
  await db.query("select setval('users_id_seq', 100)");
  const { stdout } = await pgseq([
    'run',
    '-q',
    '--format',
    'json',
    db.url,
    '--',
    ...sends(`${seed}; select setval('users_id_seq', 5)`),
  ]);
  const report = JSON.parse(stdout) as JsonReport & Record<string, unknown>;
  assert.deepEqual(
    [
      report['command'],
      report['exitCode'],
      report['rewound'],
      report['tables'],
      report.sequences.map(({ action }) => action),
    ],
    ['run', 0, [{ name: 'public.users_id_seq', from: '101', to: '6' }], [], ['moved']],
  );
});

databaseTest('streams are the command’s own', newest, users, async (db) => {
  const { stdout, stderr } = await pgseq(
    [
      'run',
      '-q',
      '--output',
      '/dev/null',
      db.url,
      '--',
      ...node('process.stdin.pipe(process.stdout); console.error("words")'),
    ],
    { input: 'typed' },
  );
  assert.deepEqual([stdout, stderr], ['typed', 'words\n']);
});

databaseTest(
  'the command gets the connection in its environment, and no password is in any argv',
  newest,
  users,
  async (db) => {
    const url = new URL(db.url);
    url.password = 's3cret%25';
    const shown =
      'const { env } = process; console.log(JSON.stringify({ url: env.DATABASE_URL, host: env.PGHOST, port: env.PGPORT, user: env.PGUSER, database: env.PGDATABASE, password: env.PGPASSWORD, service: env.PGSERVICE ?? null }))';
    const { child, result, output } = spawnPgseq(
      [
        'run',
        '-q',
        '--output',
        '/dev/null',
        '--env-file',
        '/dev/null',
        '-d',
        url.href,
        '--',
        ...node(`${shown}; setTimeout(() => {}, 1500)`),
      ],
      { env: { PGHOST: 'elsewhere.example', DATABASE_URL: 'postgres://elsewhere.example/x' } },
    );
    await output(/"url"/);
    const argv = commandLines(child.pid);
    const { code, stdout } = await result;
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), {
      url: url.href,
      host: url.hostname,
      port: url.port,
      user: 'postgres',
      database: db.name,
      password: 's3cret%',
      service: null,
    });
    assert.ok(argv.length > 0);
    assert.deepEqual(
      argv.filter((line) => line.includes('s3cret')),
      [],
    );
  },
);

/** What ps shows of a process and its children. */
function commandLines(pid: number | undefined): string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      return name === String(pid) || parent === String(pid) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/** A command that loads, says so, and then waits; told to stop it ends with 5. */
const catalogOptions = sends(
  seed,
  'process.on("SIGINT", () => process.exit(5)); console.log("loaded"); setInterval(() => {}, 1000)',
);

databaseTest('an interrupt is the command’s affair, and the fix still runs', newest, users, async (db) => {
  const { child, result, output } = spawnPgseq(['run', '-q', db.url, '--', ...catalogOptions]);
  await output(/loaded/);
  child.kill('SIGINT');
  const { code, stdout } = await result;
  assert.equal(code, 5);
  assert.match(stdout, /moved {7}public\.users_id_seq {2}next 3 -> 41/);
});

databaseTest('pressed twice it ends both, without a fix', newest, users, async (db) => {
  const deaf = sends(
    seed,
    'process.on("SIGINT", () => console.log("no")); console.log("loaded"); setInterval(() => {}, 1000)',
  );
  const { child, result, output } = spawnPgseq(['run', '-q', db.url, '--', ...deaf]);
  await output(/loaded/);
  child.kill('SIGINT');
  await output(/no/);
  child.kill('SIGINT');
  const { code, stderr } = await result;
  assert.deepEqual([code, stderr], [130, 'pgseq: interrupted\n']);
  assert.equal(await next(db), '3');
});

databaseTest('a second interrupt after the command ends the fix', newest, users, async (db) => {
  const other = await db.connect();
  await other.query('begin; lock table users in share mode');
  const { child, result, output } = spawnPgseq([
    'run',
    '-q',
    db.url,
    '--',
    ...node('process.on("SIGINT", () => process.exit(0)); console.log("ready"); setInterval(() => {}, 1000)'),
  ]);
  await output(/ready/);
  child.kill('SIGINT');
  await until(
    async () =>
      (await db.query("select from pg_stat_activity where datname = current_database() and application_name = 'pgseq'"))
        .length > 0,
  );
  child.kill('SIGINT');
  assert.equal((await result).code, 130);
});

databaseTest('a database that the command makes', newest, '', async (db) => {
  const name = `${db.name.slice(0, 50)}_made`;
  const url = new URL(db.url);
  url.pathname = `/${name}`;
  const maker =
    node(`import pg from ${JSON.stringify(new URL('../../../../node_modules/pg/esm/index.mjs', import.meta.url).href)};
    const first = new pg.Client(${JSON.stringify(db.url)});
    await first.connect(); await first.query('create database ${name}'); await first.end();
    const client = new pg.Client(process.env.DATABASE_URL);
    await client.connect(); await client.query('create table t (id serial primary key); insert into t values (8)'); await client.end();`);
  try {
    const { code, stdout, stderr } = await pgseq(['run', url.href, '--', ...maker]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`database ${name} does not exist yet`));
    assert.match(stdout, /moved {7}public\.t_id_seq {2}next 1 -> 9/);
  } finally {
    await db.query(`drop database if exists ${name} with (force)`);
  }
});

databaseTest(
  'which rights are missing is said before the command starts, all of them at once',
  newest,
  `create table a (id serial primary key, x int); create table b (id serial primary key); create table other (id int primary key);
   create schema more; create table more.c (id serial primary key); create sequence more.free;`,
  async (db) => {
    const role = db.role('loads');
    await db.query(
      `create role ${role}; grant usage on schema public, more to ${role}; grant select (id) on a to ${role};
       grant select, insert on other to ${role}; grant usage, select on more.c_id_seq to ${role}; grant select on more.c to ${role}`,
    );
    const said = ['node', '-e', 'console.error("started")'];
    const { code, stderr } = await pgseq(['run', '--role', role, db.url, '--', ...said]);
    const [before = '', after = ''] = stderr.split('started\n');
    assert.deepEqual(before.split('\n').slice(-7), [
      'pgseq: these privileges are missing; without them, not every existing sequence can be brought in sync afterwards:',
      `  -- lets "${role}" read its value and move it forward; moving it back would take UPDATE`,
      `  grant usage, select on sequence "more"."free" to "${role}";`,
      `  grant usage, select on all sequences in schema "public" to "${role}";`,
      `  -- lets "${role}" read this, and change nothing`,
      `  grant select ("id") on "public"."b" to "${role}";`,
      '',
    ]);
    assert.doesNotMatch(after, /are missing/);
    assert.equal(code, 2);
    // A pattern that matches nothing yet says nothing of the others
    const some = await pgseq(['run', '--role', role, '-t', 'b', '-t', 'to_come', db.url, '--', ...said]);
    assert.match(some.stderr.split('started\n')[0] ?? '', /grant usage, select on sequence "public"\."b_id_seq"/);
    const none = await pgseq(['run', '--role', role, '-t', 'to_come', db.url, '--', ...said]);
    assert.doesNotMatch(none.stderr.split('started\n')[0] ?? '', /are missing/);
    // What is said is exact: nothing else is needed
    for (const [grant] of before.matchAll(/grant .*;/g)) await db.query(grant);
    const again = await pgseq(['run', '--role', role, db.url, '--', ...sends('insert into a values (7)')]);
    assert.doesNotMatch(again.stderr, /are missing/);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(await next(db, 'a_id_seq'), '8');
  },
);

databaseTest('rights on what the filters leave out are not asked for', newest, users, async (db) => {
  const role = db.role('filters');
  await db.query(
    `create table b (id serial primary key); create role ${role}; grant usage on schema public to ${role}`,
  );
  const noted = async (...filter: readonly string[]): Promise<string> =>
    (await pgseq(['run', '--role', role, ...filter, db.url, '--', process.execPath, '-e', '0'])).stderr;
  assert.match(
    await noted('-t', 'b'),
    /are missing.*\n.*\n.*sequence "public"\."b_id_seq" .*\n.*\n.*on "public"\."b" /,
  );
  assert.doesNotMatch(await noted('-t', 'b'), /users/);
  assert.doesNotMatch(await noted('-t', 'to_come'), /are missing/);
});

test('bad input changes nothing and runs nothing', async () => {
  for (const [args, env, message] of [
    [['run', 'postgres://u@127.0.0.1:1/x'], {}, /no command given: it goes after --/],
    [['run', 'postgres://u@127.0.0.1:1/x', '--'], {}, /no command given/],
    [['run', 'postgres://u@127.0.0.1:1/x', '--', 'echo', 'ran'], {}, /cannot connect/],
    [
      ['run', '--', 'echo', 'ran'],
      { DATABASE_URL: 'postgres://u@127.0.0.1:1/x' },
      /DATABASE_URL is set, but run requires the database to be named\n {2}pgseq run "\$DATABASE_URL" -- command/,
    ],
    [['run', '--margin', 'x', 'postgres://u@127.0.0.1:1/x', '--', 'echo', 'ran'], {}, /--margin x: not a whole number/],
  ] as const) {
    const { code, stdout, stderr } = await pgseq(args, { env });
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  }
});

databaseTest('a program that is not there, or cannot be run', newest, users, async (db) => {
  for (const [command, message] of [
    ['/no/such/program', /no such program\n {2}nothing was run, nothing was changed/],
    ['/etc/passwd', /could not be started/],
  ] as const) {
    const { code, stdout, stderr } = await pgseq(['run', '-q', db.url, '--', command]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  }
});
