import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { clean, ends, folder, run, superuserNote, typedNote } from '../support.ts';

const { host, port } = newest;
for (const [connection, stderr] of [
  [
    newest.url('no_such_database'),
    `pgseq: cannot connect to ${host}:${port}, database no_such_database, as postgres: database "no_such_database" does not exist (3D000)\n` +
      '  the name came from the connection argument; see all: psql -l\n',
  ],
  [
    newest.url('postgres', 'nobody_at_all'),
    `pgseq: cannot connect to ${host}:${port}, database postgres, as nobody_at_all: role "nobody_at_all" does not exist (28000)\n` +
      '  user nobody_at_all came from the connection argument\n',
  ],
  [
    'postgres://postgres@127.0.0.1:1/app',
    'pgseq: cannot connect to 127.0.0.1:1, database app, as postgres: nothing listens there (ECONNREFUSED)\n' +
      '  port 1 came from the connection argument; is the server running? try: pg_isready -h 127.0.0.1 -p 1\n',
  ],
  [
    'host=/nowhere dbname=app user=u',
    'pgseq: cannot connect to socket /nowhere/.s.PGSQL.5432, database app, as u: no such socket (ENOENT)\n' +
      '  host /nowhere came from the connection argument; is the server running on this machine? over TCP: -h localhost\n',
  ],
  [
    'postgrse://u:hunter2@localhost/app',
    'pgseq: the connection argument begins with postgrse://\n' +
      '  did you mean postgres://? use postgresql://user@host:5432/database\n',
  ],
  [
    'mysql://u:hunter2@localhost/app',
    'pgseq: the connection argument is a URL with the scheme mysql://, not a PostgreSQL one\n' +
      '  use postgresql://user@host:5432/database\n',
  ],
  [
    'u:hunter2@localhost/app',
    'pgseq: the connection argument looks like a URL without its scheme\n' +
      '  put postgresql:// in front: postgresql://user@host:5432/database\n',
  ],
  [
    'host=localhost port=abc password=hunter2',
    'pgseq: port "abc" (from the connection argument) is not a port\n  a port is a number from 1 to 65535\n',
  ],
] as const) {
  test(`a connection that cannot be made: ${connection.replace(/^postgresql.*\//, '')}`, async () => {
    for (const command of ['check', 'fix'])
      ends(await pgseq([command, connection]), {
        code: 2,
        stderr: connection.includes('hunter2') ? typedNote + stderr : stderr,
      });
  });
}

test('a host that does not exist', async () => {
  const { code, stdout, stderr } = await pgseq(['check', 'postgres://u@no-such-host.invalid/app']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^pgseq: cannot connect to no-such-host\.invalid:5432, database app, as u: .*\n {2}.*\n$/);
});

test('garbage in place of a connection string ends in one message', async () => {
  for (const garbage of [
    '=',
    '====',
    'postgres://',
    'postgres://%zz@h/d',
    'host',
    '\u0000',
    '"',
    'a b c=',
    '://',
    'postgres://[::1/x',
  ]) {
    const { code, stdout, stderr } = await pgseq(['check', garbage.replace('\u0000', '\u0001')], {
      env: { PGHOST: '127.0.0.1', PGPORT: '1' },
    });
    assert.deepEqual([code, stdout], [2, ''], garbage);
    assert.match(stderr, /^pgseq: .+\n(?: {2}.+\n)*$/, garbage);
    assert.doesNotMatch(stderr, /\n {4}at /, garbage);
  }
});

databaseTest('every way to name the database', newest, '', async (db, t) => {
  const keywords = `host=${host} port=${port} user=postgres dbname=${db.name}`;
  const variables = { PGHOST: host, PGPORT: String(port), PGUSER: 'postgres' };
  const wanted = { code: 0, stdout: clean };
  const flags = ['-h', host, '-p', String(port), '-U', 'postgres'];
  for (const [args, env] of [
    [[db.url], {}],
    [[keywords], {}],
    [[`${keywords} host=${newest.socketDirectory}`], {}],
    [['--url', db.url], {}],
    [[...flags, '-d', db.name], {}],
    [[...flags, db.name], {}],
    [['-d', db.url], {}],
    [[db.name], variables],
    [[], { ...variables, PGDATABASE: db.name }],
    [[], { DATABASE_URL: db.url }],
    [[], { POSTGRES_URL: db.url }],
    [[], { DATABASE_URL: db.url, POSTGRES_URL: 'postgres://127.0.0.1:1/wrong', PGHOST: 'wrong' }],
    [[db.url], { DATABASE_URL: 'postgres://127.0.0.1:1/wrong' }],
  ] as const)
    ends(await pgseq(['check', '-q', ...args], { env }), wanted);

  const directory = folder(t, '.env', `# ours\nDATABASE_URL="${db.url}"\n`);
  ends(await pgseq(['check', '-q', '--env-file', '.env'], { cwd: directory }), wanted);
  ends(await pgseq(['check', '-q', '--env-file', join(directory, '.env')], { env: { DATABASE_URL: 'wrong' } }), wanted);
});

test('commands that print a role or change guards take their target from where check does', async () => {
  const env = { DATABASE_URL: 'postgres://u@127.0.0.1:1/meant', PGHOST: 'other.example' };
  for (const args of ['sql role', 'sql migration -t t', 'guard status', 'guard install --all-tables']) {
    const { code, stderr } = await pgseq(args.split(' '), { env });
    assert.equal(code, 2);
    assert.match(stderr, /127\.0\.0\.1:1/, args);
  }
});

// Node looks for this option of its own among the program's arguments too, and may end before the program begins
test('an environment file that is not there', async () => {
  const { code, stdout, stderr } = await pgseq(['check', '--env-file', 'none.env']);
  assert.ok(code === 2 || code === 9);
  assert.equal(stdout, '');
  assert.match(stderr, /^(pgseq: --env-file none\.env: ENOENT: .*|.*node: none\.env: not found)\n$/);
});

test('a .env here is named where nothing else said what to connect to', async (t) => {
  const cwd = folder(t, '.env', 'export DATABASE_URL=postgres://u:hunter2@127.0.0.1:1/app\n');
  const hint = /^pgseq: no connection was named; the \.env file here has a DATABASE_URL: --env-file \.env\n./;
  const env = { PGPORT: '1', PGUSER: 'u' };
  const unnamed = await pgseq(['check'], { cwd, env });
  assert.deepEqual([unnamed.code, unnamed.stdout], [2, '']);
  assert.match(unnamed.stderr, hint);
  assert.doesNotMatch(unnamed.stderr, /hunter2/);
  for (const [args, more] of [
    [['app'], {}],
    [['-h', '127.0.0.1'], {}],
    [[], { PGHOST: '127.0.0.1' }],
    [[], { DATABASE_URL: 'postgres://127.0.0.1:1/other' }],
  ] as const) {
    const named = await pgseq(['check', ...args], { cwd, env: { ...env, ...more } });
    assert.equal(named.code, 2);
    assert.doesNotMatch(named.stderr, hint);
  }
  for (const [content, names] of [
    [
      'DB_CONNECTION=pgsql\nDB_HOST=127.0.0.1\nDB_DATABASE=laravel\nDB_PASSWORD=hunter2\n',
      'DB_HOST, DB_DATABASE, DB_PASSWORD',
    ],
    ['SPRING_DATASOURCE_URL=jdbc:postgresql://h/app\n', 'SPRING_DATASOURCE_URL'],
    ['SQLALCHEMY_DATABASE_URI=postgresql+psycopg2://u:hunter2@h/app\n', 'SQLALCHEMY_DATABASE_URI'],
    ['POSTGRES_DB=app\nPOSTGRES_PASSWORD=hunter2\n', 'POSTGRES_DB, POSTGRES_PASSWORD'],
  ] as const)
    for (const command of [['check'], ['fix', '--dry-run'], ['guard', 'status']]) {
      const { stderr } = await pgseq(command, { cwd: folder(t, '.env', content), env });
      assert.match(
        stderr,
        new RegExp(`^pgseq: no connection was named; the \\.env file here has ${names}: --env-file \\.env\n`),
      );
      assert.doesNotMatch(stderr, /hunter2/);
    }
  for (const content of ['REDIS_URL=x\n', 'DB_CONNECTION=mysql\nDB_HOST=h\n']) {
    const other = await pgseq(['check'], { cwd: folder(t, '.env', content), env });
    assert.doesNotMatch(other.stderr, /no connection was named/);
  }
});

databaseTest('the host and the database are named, and which setting was not used', newest, '', async (db) => {
  ends(await run(db, ['check', '-h', 'other.example']), {
    code: 0,
    stdout: clean,
    stderr: `pgseq: the connection argument is used instead of --host other.example\n${superuserNote.replace('sql role', 'sql role -h other.example')}`,
  });
});

test('a file of variables: what it holds is where it goes, and without a connection in it nowhere', async (t) => {
  const at = async (content: string, ...args: string[]): Promise<string> => {
    const { code, stderr } = await pgseq(['check', '--env-file', 'x.env', ...args], {
      cwd: folder(t, 'x.env', content),
    });
    assert.equal(code, 2);
    return stderr;
  };
  assert.match(await at('DB_CONNECTION=pgsql\nDB_HOST=127.0.0.1\nDB_PORT=1\nDB_DATABASE=laravel\n'), /127\.0\.0\.1:1/);
  assert.match(
    await at('DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_PASSWORD=hunter2\n'),
    /^pgseq: --env-file x\.env: no PostgreSQL connection in it; it has DB_CONNECTION, DB_HOST, DB_PASSWORD\n/,
  );
  assert.match(await at(''), /it has no variables\n/);
  // Where the connection is typed, a file may hold the password alone
  assert.match(await at('PGPASSWORD=x\n', 'postgres://u@127.0.0.1:1/d'), /127\.0\.0\.1:1/);
  assert.match(await at('X=x\n', '-h', '127.0.0.1', '-p', '1'), /127\.0\.0\.1:1/);
});
