import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startCluster } from '../../support/cluster.ts';
import { type Database, databaseTest, withDatabase } from '../../support/database.ts';
import { pgseq, type PgseqOptions, type PgseqResult, startPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';
import { behind, behindBlock, blocked, ends, folder, type JsonReport, until } from '../support.ts';

const healthy = 'create table ok (id serial primary key); insert into ok default values;';
const nowhere = 'postgres://postgres@127.0.0.1:1/none';

/** One of several databases in a JSON report. */
interface JsonDatabase extends JsonReport {
  readonly name: string;
  /** And then nothing of the rest. */
  readonly error?: { readonly code: string | null; readonly message: string; readonly hint: string | null };
}

function configured(t: TestContext, databases: object, more: object = {}): string {
  return folder(t, 'pgseq.json', JSON.stringify({ databases, ...more }, null, 2));
}

async function all(
  cwd: string,
  args: readonly string[],
  options: PgseqOptions = {},
): Promise<PgseqResult & { readonly databases: readonly JsonDatabase[] }> {
  const result = await pgseq(['check', '-q', '--format', 'json', ...args], { cwd, ...options });
  assert.notEqual(result.stdout, '', result.stderr);
  return { ...result, databases: (JSON.parse(result.stdout) as { databases: JsonDatabase[] }).databases };
}

/** Lends a database on each of three servers: of three majors where this run has so many. */
async function withThree(work: (three: readonly [Database, Database, Database]) => Promise<void>): Promise<void> {
  const [oldest = newest] = servers;
  const middle = servers[Math.floor(servers.length / 2)] ?? newest;
  await withDatabase(oldest, 'config one', behind, async (one) => {
    await withDatabase(middle, 'config two', healthy, async (two) => {
      await withDatabase(newest, 'config three', healthy, async (three) => await work([one, two, three]));
    });
  });
}

test('three databases on three servers in one report; one that is down and one without rights end no other', async (t) => {
  await withThree(async ([one, two, three]) => {
    const poor = three.role('poor');
    const outside = three.role('outside');
    await three.query(`create role ${poor} login; create role ${outside} login;
      revoke connect on database ${three.name} from public; grant connect on database ${three.name} to ${poor}`);
    const { server } = three;
    const cwd = configured(t, {
      shop: { connection: one.url },
      ledger: { env: 'LEDGER_URL' },
      down: { connection: nowhere },
      unreadable: { connection: server.url(three.name, poor) },
      closed: { connection: server.url(three.name, outside) },
      third: { connection: three.url },
    });
    const options = { env: { LEDGER_URL: two.url } };
    const { code, databases } = await all(cwd, ['--all-databases'], options);
    assert.equal(code, 2);
    const statesOf = ({ summary = {} }: Partial<JsonReport>): object =>
      Object.fromEntries(Object.entries(summary).filter(([, count]) => count !== 0));
    assert.deepEqual(
      databases.map((one) => [one.name, statesOf(one), one.error?.code ?? null]),
      [
        ['shop', { sequences: 1, behind: 1 }, null],
        ['ledger', { sequences: 1, ok: 1 }, null],
        ['down', {}, 'ECONNREFUSED'],
        ['unreadable', { sequences: 1, unknown: 1 }, null],
        ['closed', {}, '42501'],
        ['third', { sequences: 1, ok: 1 }, null],
      ],
    );
    const majorOf = ({ database }: Partial<JsonReport>): number | null =>
      database === undefined ? null : Number.parseInt(database['serverVersion'] as string, 10);
    assert.deepEqual(
      databases.map(majorOf),
      [one, two, null, three, null, three].map((db) => db?.server.major ?? null),
    );
    // Without those that could not be done: findings, then none
    assert.equal((await all(cwd, ['--database', 'shop', '--database', 'third'], options)).code, 1);
    assert.equal((await all(cwd, ['--database', 'ledger', '--database', 'third'], options)).code, 0);
    const { stdout } = await pgseq(['check', '-q', '--database', 'shop', '--database', 'down'], { cwd, ...options });
    const block = behindBlock.replace('users_id_seq\n', 'users_id_seq --database shop\n');
    assert.ok(
      stdout.startsWith(`shop\n\n${block}\n1 sequence: 1 behind\n\ndown\n\nerror: cannot connect to 127.0.0.1:1, `),
      stdout,
    );
    assert.match(stdout, /^ {2}port 1 came from "connection" of down in pgseq\.json; /m);
  });
});

test('one after another or side by side, the report is the same to the byte', async (t) => {
  await withThree(async ([one, two, three]) => {
    const cwd = configured(t, { c: { connection: one.url }, b: { connection: two.url }, a: { connection: three.url } });
    const [alone, twice, many] = await Promise.all(
      [1, 2, 32].map((jobs) => all(cwd, ['--all-databases', '--jobs', String(jobs)])),
    );
    assert.equal(alone?.stdout, twice?.stdout);
    assert.equal(alone?.stdout, many?.stdout);
    assert.deepEqual(
      alone?.databases.map(({ name }) => name),
      ['c', 'b', 'a'],
    );
  });
});

databaseTest(
  'the only database of the file is meant without a word, by check and by fix',
  newest,
  behind,
  async (db, t) => {
    const cwd = configured(t, { app: { connection: db.url } });
    const total = '\n1 sequence: 1 behind\n';
    ends(await pgseq(['check', '-q'], { cwd }), { code: 1, stdout: behindBlock + total });
    // A variable says less than the file, a connection that is typed says more
    ends(await pgseq(['check', '-q'], { cwd, env: { DATABASE_URL: nowhere } }), {
      code: 1,
      stdout: behindBlock + total,
    });
    assert.equal((await pgseq(['check', '-q', nowhere], { cwd })).code, 2);
    assert.equal((await pgseq(['check', '-q', '--database', 'app', nowhere], { cwd })).code, 2);
    assert.equal((await pgseq(['check', '-q', '--database', 'app', '-p', '1'], { cwd })).code, 2);
    ends(await pgseq(['fix', '-q'], { cwd }), {
      code: 0,
      stdout: 'moved       public.users_id_seq  next 4 -> 17  step\n\n1 sequence: 1 ok\n',
    });
  },
);

databaseTest('an entry that says no connection takes the environment’s', newest, behind, async (db, t) => {
  const cwd = configured(t, { app: { failOn: 'none' } });
  assert.equal((await pgseq(['check', '-q'], { cwd, env: { DATABASE_URL: db.url } })).code, 0);
  writeFileSync(join(cwd, 'vars'), `DATABASE_URL=${db.url}\n`);
  assert.equal((await pgseq(['check', '-q', '--env-file', 'vars'], { cwd })).code, 0);
  assert.equal((await pgseq(['check', '-q', '--fail-on', 'error', '--env-file', 'vars'], { cwd })).code, 1);
});

databaseTest(
  'fix --database takes the connection, links, role and maxJump of the file',
  newest,
  `create table users (id bigint primary key); create sequence ids;
   insert into users select generate_series(1, 5);
   create table far (id smallserial primary key); insert into far values (30000);`,
  async (db, t) => {
    const role = db.role('fixer');
    await db.query(`create role ${role}; grant select on users, far to ${role};
      grant usage, select on ids, far_id_seq to ${role}`);
    const app = { connection: db.url, role, links: ['public.ids=public.users.id'] };
    const cwd = configured(t, { app, jump: { ...app, maxJump: 100 } });
    const held = await pgseq(['fix', '-q', '--format', 'json', '--database', 'app'], { cwd });
    const report = JSON.parse(held.stdout) as JsonReport;
    assert.deepEqual(
      [held.code, report.database['user'], report.sequences.map(({ name, action }) => [name, action])],
      [
        0,
        role,
        [
          ['public.far_id_seq', 'skipped'],
          ['public.ids', 'moved'],
        ],
      ],
    );
    const moved = await pgseq(['fix', '-q', '--database', 'jump'], { cwd });
    assert.deepEqual([moved.code, moved.stderr], [0, '']);
    assert.deepEqual(await db.query("select nextval('far_id_seq')"), [['30001']]);
    ends(await pgseq(['fix', '-q'], { cwd }), {
      code: 2,
      stderr: 'pgseq: pgseq.json has several databases: app, jump\n  choose: --database app, or --all-databases\n',
    });
  },
);

databaseTest(
  'two schemas of one database as two entries, each with its own filters',
  newest,
  `create schema north; create schema south;
   create table north.t (id serial primary key); insert into north.t values (1), (2);
   create table south.t (id serial primary key); insert into south.t default values;`,
  async (db, t) => {
    const cwd = configured(t, {
      north: { connection: db.url, schemas: ['north'] },
      south: { connection: db.url, schemas: ['south'] },
    });
    const { code, databases } = await all(cwd, ['--all-databases']);
    assert.equal(code, 1);
    assert.deepEqual(
      databases.map(({ name, sequences }) => [name, sequences.map((one) => [one.name, one.state])]),
      [
        ['north', [['north.t_id_seq', 'behind']]],
        ['south', [['south.t_id_seq', 'ok']]],
      ],
    );
    assert.equal(
      await all(cwd, ['--database', 'south', '--database', 'south', '--all-databases']).catch(() => null),
      null,
    );
  },
);

databaseTest(
  'thresholds of each database: nearLimit, failOn; the command line wins',
  newest,
  nearlyFull(),
  async (db, t) => {
    const cwd = configured(t, {
      strict: { connection: db.url, nearLimit: '50%', failOn: 'warning' },
      early: { connection: db.url, nearLimit: 50 },
      late: { connection: db.url, nearLimit: '99%', failOn: 'warning' },
    });
    const codes = async (...args: string[]): Promise<(number | null)[]> =>
      await Promise.all(
        ['strict', 'early', 'late'].map(
          async (name) => (await pgseq(['check', '-q', '--database', name, ...args], { cwd })).code,
        ),
      );
    assert.deepEqual(await codes(), [1, 0, 0]);
    assert.deepEqual(await codes('--near-limit', '50%'), [1, 0, 1]);
    assert.deepEqual(await codes('--fail-on', 'warning'), [1, 1, 0]);
    assert.equal((await all(cwd, ['--all-databases'])).code, 1);
    assert.equal((await all(cwd, ['--all-databases', '--fail-on', 'none'])).code, 0);
  },
);

databaseTest('a database that takes too long ends by its own timeout, and no other', newest, behind, async (db, t) => {
  const lock = await db.connect();
  await lock.query('begin; lock table users in access exclusive mode');
  const cwd = configured(t, {
    slow: { connection: `${db.url}?options=-c%20lock_timeout%3D0`, timeout: '1ms' },
    other: { connection: db.server.url('postgres') },
  });
  const { code, databases } = await all(cwd, ['--all-databases']);
  assert.equal(code, 2);
  assert.match(databases[0]?.error?.message ?? '', /timed out after 0\.001s \(--timeout\)/);
  assert.equal(databases[1]?.error, undefined);
});

databaseTest('no more connections than --jobs, and an interrupt ends them all', newest, behind, async (db, t) => {
  const lock = await db.connect();
  await lock.query('begin; lock table users in access exclusive mode');
  const entry = { connection: db.url };
  const cwd = configured(t, { a: entry, b: entry, c: entry, d: entry }, { jobs: 3 });
  const waiting = async (): Promise<number> =>
    (await db.query(`select from pg_stat_activity where datname = current_database() and application_name = 'pgseq'`))
      .length;
  for (const [args, count] of [
    [[], 3],
    [['--jobs', '2'], 2],
  ] as const) {
    const { signal, result } = startPgseq(['check', '-q', '--all-databases', ...args], { cwd });
    await blocked(db, count);
    assert.equal(await waiting(), count);
    signal('SIGINT');
    ends(await result, { code: 130, stderr: 'pgseq: interrupted\n' });
    await until(async () => (await waiting()) === 0);
  }
});

test('--all-databases without a file: every database of the server that takes sessions', async () => {
  const cluster = await startCluster(newest.major);
  try {
    const create = ['create database shop', 'create database "Odd name"', 'create database closed'];
    for (const sql of [...create, 'alter database closed allow_connections false', 'create role guest login'])
      await rowsAt(cluster.url('postgres'), sql);
    await rowsAt(cluster.url('postgres'), 'revoke connect on database shop from public');
    await rowsAt(cluster.url('Odd name'), behind.split(';').slice(0, 2).join(';'));
    const { code, databases } = await all('/', [
      '--all-databases',
      `host=127.0.0.1 port=${cluster.port} user=postgres`,
    ]);
    assert.equal(code, 1);
    assert.deepEqual(
      databases.map(({ name, summary, database }) => [name, summary['behind'], database['name']]),
      [
        ['Odd name', 1, 'Odd name'],
        ['postgres', 0, 'postgres'],
        ['shop', 0, 'shop'],
      ],
    );
    const some = await all('/', [
      '--all-databases',
      '--exclude-database',
      'p*',
      '--exclude-database',
      '"Odd name"',
      cluster.url('shop'),
    ]);
    assert.deepEqual(
      some.databases.map(({ name }) => name),
      ['shop'],
    );
    ends(await pgseq(['check', '-q', '--all-databases', '--exclude-database', 'shopp', cluster.url('shop')]), {
      code: 2,
      stderr: 'pgseq: --exclude-database shopp: matches no database\n',
    });
    const guest = await all('/', ['--all-databases', cluster.url('Odd name', 'guest')]);
    assert.deepEqual(
      guest.databases.map(({ name, error, summary }) => [name, error?.code ?? summary['unknown']]),
      [
        ['Odd name', 1],
        ['postgres', 0],
        ['shop', '42501'],
      ],
    );
    assert.equal(guest.code, 2);
  } finally {
    await cluster.remove();
  }
});

test('a password of the file is in no output', async (t) => {
  const cluster = await startCluster(newest.major, { auth: 'scram' });
  try {
    const secret = 'S3CR3T';
    await rowsAt(cluster.url('postgres'), `create role app superuser login password '${secret}'`);
    await rowsAt(cluster.url('postgres'), 'create table t (id serial); insert into t values (1), (2)');
    const good = cluster.url('postgres', 'app', secret);
    const keywords = `host=127.0.0.1 port=${cluster.port} user=app password=${secret}`;
    const cwd = configured(t, {
      good: { connection: good },
      wrong: { connection: cluster.url('postgres', 'app', `${secret}x`) },
      none: { connection: `${keywords} dbname=nowhere` },
      env: { env: 'APP_URL' },
    });
    const broken = configured(t, {
      a: { connection: `${good}?bogus=1` },
      b: { connection: `${keywords} bogus=1` },
      c: { connection: 5 },
    });
    const args = [
      ['-q', '--all-databases', '--show-ok'],
      ['--all-databases', '--format', 'json'],
      ['--database', 'wrong'],
    ];
    const runs = await Promise.all([
      ...args.map((words) => pgseq(['check', ...words], { cwd, env: { APP_URL: good } })),
      pgseq(['fix', '--dry-run', '--database', 'good'], { cwd }),
      pgseq(['check', '--all-databases'], { cwd: broken }),
      pgseq(['baseline', '--database', 'good'], { cwd }),
    ]);
    for (const { stdout, stderr } of runs) assert.doesNotMatch(stdout + stderr, new RegExp(secret));
    assert.deepEqual(
      runs.map(({ code }) => code),
      [2, 2, 2, 1, 2, 0],
    );
    assert.doesNotMatch(readFileSync(join(cwd, 'pgseq.baseline.json'), 'utf8'), new RegExp(secret));
  } finally {
    await cluster.remove();
  }
});

function nearlyFull(): string {
  return `create table t (id smallserial primary key); select setval('t_id_seq', 20000);
    insert into t default values;`;
}
