import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq, startPgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { until } from '../support.ts';

// Runs on every Node: signals, streams.
// `pgseq import`: files go into tables whole or not at all, and sequences are beyond them.

const blog = `
  create table users (id serial primary key, email text not null unique check (email <> ''), born date);
  create table posts (id bigint generated always as identity primary key, user_id int not null references users, title text);`;

/** Files by their names, in a directory of their own. */
function files(t: TestContext, contents: Readonly<Record<string, string>>): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-import-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(directory, name), text);
  return (name) => join(directory, name);
}

/** Where the sequences of the database stand, and how much they have logged ahead: the same only if nobody drew a value. */
async function positions(db: Database): Promise<(string | null)[][]> {
  return await db.query(
    `select 'users', last_value, is_called, log_cnt from users_id_seq union all select 'posts', last_value, is_called, log_cnt from posts_id_seq`,
  );
}

const users = 'id,email,born\n41,x@example.org,1999-12-31\n12,"y,""@example.org",\n';
const posts = 'id,user_id,title\n7,41,\n9,12,""\n';

databaseTest('several files are one import: in order of their foreign keys, ids kept', servers, blog, async (db, t) => {
  const at = files(t, { 'users.csv': users, 'posts.csv': posts });
  const { code, stdout, stderr } = await pgseq(['import', at('posts.csv'), at('users.csv'), '--to', db.url]);
  assert.deepEqual([code, stderr.replace(/^pgseq: connected as superuser postgres.*\n/m, '')], [0, '']);
  assert.equal(
    stdout,
    'loaded  public.users  2 rows\nloaded  public.posts  2 rows\n\n' +
      'moved       public.posts_id_seq  next 1 -> 10  step\nmoved       public.users_id_seq  next 1 -> 42  step\n\n2 sequences: 2 ok\n',
  );
  assert.deepEqual(await db.query('select id, email, born from users order by id'), [
    ['12', 'y,"@example.org', null],
    ['41', 'x@example.org', '1999-12-31'],
  ]);
  assert.deepEqual(await db.query('select id, user_id, title from posts order by id'), [
    ['7', '41', null],
    ['9', '12', ''],
  ]);
  await db.query("insert into users (email) values ('z'); insert into posts (user_id) values (12)");
});

databaseTest(
  "a row that does not fit: its place and PostgreSQL's reason, and nothing is there",
  servers,
  blog,
  async (db, t) => {
    const at = files(t, {
      'users.csv': 'id,email,born\n1,a,\n2,b,\nx3,c,\n',
      'date.csv': 'id,email,born\n1,a,1999-02-30\n',
      'check.csv': 'id,email,born\n1,a,\n2,"",\n',
      'twice.csv': 'id,email,born\n5,a,\n5,b,\n',
      'posts.csv': 'id,user_id,title\n1,99,a\n',
    });
    const told = async (file: string, table: string): Promise<string> => {
      const { code, stdout, stderr } = await pgseq(['import', '-q', at(file), '--table', table, '--to', db.url]);
      assert.deepEqual([code, stdout], [2, '']);
      return stderr.replaceAll(/\S*\/(?=\w+\.csv)/g, '');
    };
    const end = '  nothing was imported\n  --rejects FILE writes bad rows to a file and continues\n';
    assert.equal(
      await told('users.csv', 'users'),
      `pgseq: users.csv, line 4, column id: invalid input syntax for type integer: "x3"\n${end}`,
    );
    assert.equal(
      await told('date.csv', 'users'),
      `pgseq: date.csv, line 2, column born: date/time field value out of range: "1999-02-30"\n${end}`,
    );
    assert.equal(
      await told('check.csv', 'users'),
      `pgseq: check.csv, line 3: new row for relation "users" violates check constraint "users_email_check": Failing row contains (2, , null).\n${end}`,
    );
    assert.equal(
      await told('twice.csv', 'users'),
      `pgseq: twice.csv, line 3: duplicate key value violates unique constraint "users_pkey": Key (id)=(5) already exists.\n${end.replace('  --rej', '  if that row exists already: --on-conflict skip leaves it as it is, --on-conflict update overwrites it\n  --rej')}`,
    );
    assert.equal(
      await told('posts.csv', 'posts'),
      `pgseq: posts.csv: insert or update on table "posts" violates foreign key constraint "posts_user_id_fkey": Key (user_id)=(99) is not present in table "users".\n${end}`,
    );
    assert.deepEqual(await db.query('select (select count(*) from users), (select count(*) from posts)'), [['0', '0']]);
  },
);

databaseTest('--rejects puts bad rows aside and goes on', servers, blog, async (db, t) => {
  const at = files(t, {
    'users.csv': 'id,email,born\n1,a,\nx,b,\n3,c,\n3,d,\n4,e,1999-13-01\n5,f,\n',
    'posts.csv': 'id,user_id,title\n1,1,a\n2,99,b\n3,5,c\n4,98,d\n',
  });
  const rejects = at('rejects.ndjson');
  const { code, stdout, stderr } = await pgseq([
    'import',
    '-q',
    at('posts.csv'),
    at('users.csv'),
    '--rejects',
    rejects,
    '--to',
    db.url,
  ]);
  assert.deepEqual([code, stderr], [2, `pgseq: 5 rows were rejected: see ${rejects}\n`]);
  assert.match(
    stdout,
    /loaded {2}public\.users {2}3 rows, 3 rejected\nloaded {2}public\.posts {2}2 rows, 2 rejected\n/,
  );
  const told = readFileSync(rejects, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    told.map(({ table, line, column, code, text }) => [table, line, column, code, text]),
    [
      ['public.users', 3, 'id', '22P02', 'x\tb\t\\N'],
      ['public.users', 6, 'born', '22008', '4\te\t1999-13-01'],
      ['public.users', 5, null, '23505', '3\td\t\\N'],
      ['public.posts', 3, null, '23503', '2\t99\tb'],
      ['public.posts', 5, null, '23503', '4\t98\td'],
    ],
  );
  assert.deepEqual(await db.query('select id from posts order by id'), [['1'], ['3']]);
});

databaseTest(
  'a dry run loads into copies: nothing fires, nothing is drawn, everything is told',
  servers,
  blog,
  async (db, t) => {
    await db.query(`
    create table fired (what text);
    create function fire() returns trigger language plpgsql as $$begin insert into fired values (tg_name); return new; end$$;
    create trigger loud before insert on users for each row execute function fire();
    insert into users (email) values ('there'); truncate fired`);
    const at = files(t, { 'users.csv': users, 'posts.csv': posts });
    const before = await positions(db);
    const { code, stdout, stderr } = await pgseq([
      'import',
      at('posts.csv'),
      at('users.csv'),
      '--dry-run',
      '--to',
      db.url,
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /public\.users has a trigger, which would fire: loud, which calls public\.fire/);
    assert.equal(
      stdout,
      'would-load  public.users  2 rows\nwould-load  public.posts  2 rows\n\n' +
        'would-move  public.posts_id_seq  next 1 -> 10\nwould-move  public.users_id_seq  next 2 -> 42\n\n2 sequences: 1 ok, 1 empty\n',
    );
    assert.deepEqual(await positions(db), before);
    assert.deepEqual(await db.query('select (select count(*) from users), (select count(*) from fired)'), [['1', '0']]);

    const bad = files(t, {
      'users.csv': 'id,email\n1,taken\n',
      'posts.csv': 'id,user_id\n1,77\n',
      'without.csv': 'email\na\n\n',
      'null.csv': 'id\n5\n',
    });
    const told = async (file: string, ...more: string[]): Promise<string> =>
      (await pgseq(['import', '-q', bad(file), '--dry-run', '--to', db.url, ...more])).stderr;
    assert.match(await told('users.csv'), /public\.users: key \(id\)=\(1\) exists already/);
    assert.match(
      await told('posts.csv'),
      /public\.posts: a row refers to \(id\)=\(77\), which public\.users does not have/,
    );
    assert.match(await told('null.csv', '--table', 'users'), /line 2: null value in column "email"/);
    assert.equal(
      (await pgseq(['import', '-q', bad('users.csv'), '--dry-run', '--truncate', '--to', db.url])).code,
      2,
      'posts is not loaded',
    );
    assert.deepEqual(await positions(db), before);
  },
);

databaseTest('--on-conflict: error, skip, update', servers, blog, async (db, t) => {
  await db.query("insert into users values (41, 'old', '2000-01-01')");
  const at = files(t, { 'users.csv': users });
  const run = (...more: string[]) => pgseq(['import', '-q', at('users.csv'), '--to', db.url, ...more]);
  assert.equal((await run()).code, 2);
  const skipped = await run('--on-conflict', 'skip');
  assert.match(skipped.stdout, /loaded {2}public\.users {2}1 row, 1 skipped\n/);
  assert.deepEqual(await db.query('select email from users where id = 41'), [['old']]);
  const updated = await run('--on-conflict', 'update');
  assert.match(updated.stdout, /loaded {2}public\.users {2}2 rows\n/);
  assert.deepEqual(await db.query('select email, born from users where id = 41'), [['x@example.org', '1999-12-31']]);
  assert.deepEqual(await db.query('select last_value from users_id_seq'), [['41']]);
});

databaseTest('GENERATED ALWAYS keeps its ids on every path', servers, blog, async (db, t) => {
  await db.query("insert into users values (41, 'a'), (12, 'b')");
  const at = files(t, { 'posts.csv': posts });
  for (const more of [
    [],
    ['--on-conflict', 'skip'],
    ['--on-conflict', 'update'],
    ['--truncate'],
    ['--rejects', at('r')],
  ]) {
    await db.query('truncate posts');
    const { code, stderr } = await pgseq(['import', '-q', at('posts.csv'), '--to', db.url, ...more]);
    assert.deepEqual([code, stderr], [0, ''], more.join(' '));
    assert.deepEqual(await db.query('select id from posts order by id'), [['7'], ['9']], more.join(' '));
    await db.query('insert into posts (user_id) values (41)');
  }
});

databaseTest('--truncate empties what is loaded, and never what nobody named', servers, blog, async (db, t) => {
  await db.query("insert into users values (1, 'a'); insert into posts (user_id) values (1)");
  const at = files(t, { 'users.csv': users, 'posts.csv': posts });
  const alone = await pgseq(['import', '-q', at('users.csv'), '--truncate', '--to', db.url]);
  assert.deepEqual(
    [alone.code, alone.stderr],
    [
      2,
      'pgseq: --truncate: public.posts refers to public.users, but is not loaded\n' +
        '  load it as well, or delete its rows by hand: pgseq never empties a table that nobody named\n',
    ],
  );
  const both = await pgseq(['import', at('users.csv'), at('posts.csv'), '--truncate', '--to', db.url]);
  assert.equal(both.code, 0, both.stderr);
  assert.match(
    both.stderr,
    /public\.users, public\.posts will be emptied: readers wait until the whole import is committed/,
  );
  assert.deepEqual(await db.query('select id from users order by id'), [['12'], ['41']]);
});

databaseTest('every mistake is told at once, with what fits', newest, blog, async (db, t) => {
  const at = files(t, { 'users.csv': 'id,emial,Born\n', 'post.csv': 'id,user_id\n' });
  const { code, stderr } = await pgseq([
    'import',
    '-q',
    at('users.csv'),
    at('post.csv'),
    '--to',
    db.url,
    '--map',
    'nothing=email',
    '--rename-table',
    'x=users',
  ]);
  assert.equal(code, 2);
  assert.equal(
    stderr.replaceAll(/\S*\/(?=\w+\.csv)/g, ''),
    'pgseq: post.csv: no table post to load into\n' +
      '  did you mean posts? Available: posts, users\n' +
      '  to load it into another: --rename-table post=…\n' +
      '--rename-table x: no source has a table with this name\n' +
      '  available: users, post\n' +
      'users.csv: public.users has no column emial\n' +
      '  did you mean email? Available: id, email, born\n' +
      '  --map emial=… names the column to load it into; --map emial= leaves it out\n' +
      '--map nothing: no source has a column with this name\n',
  );
  const mapped = await pgseq(['import', '-q', at('users.csv'), '--map', 'emial=email', '--to', db.url]);
  assert.equal(mapped.code, 0, mapped.stderr);
  const unnamed = await pgseq(['import', at('users.csv')], { env: { DATABASE_URL: db.url } });
  assert.deepEqual(
    [unnamed.code, unnamed.stderr.split('\n')[0]],
    [2, 'pgseq: no target database given: import requires one'],
  );
});

databaseTest('what the role may not is told with the grant, before a row is read', newest, blog, async (db, t) => {
  const role = db.role('loader');
  await db.query(`create role ${role} login; grant usage on schema public to ${role}`);
  const at = files(t, { 'users.csv': users });
  const run = () => pgseq(['import', '-q', at('users.csv'), '--to', db.server.url(db.name, role)]);
  const first = await run();
  assert.deepEqual(
    [first.code, first.stderr],
    [
      2,
      `pgseq: permission denied for table public.users\n  -- lets "${role}" insert in "public"."users"\n  grant insert on "public"."users" to "${role}";\n` +
        `permission denied for sequence public.users_id_seq, which must be moved beyond the imported ids\n` +
        `  -- lets "${role}" read its value and move it forward; moving it back would take UPDATE\n` +
        `  grant usage, select on sequence "public"."users_id_seq" to "${role}";\n` +
        `permission denied for public.users.id: pgseq must read its furthest id\n` +
        `  -- lets "${role}" read this, and change nothing\n` +
        `  grant select ("id") on "public"."users" to "${role}";\n`,
    ],
  );
  await db.query(first.stderr.match(/grant .*;/g)?.join('') ?? '');
  const { code, stderr } = await run();
  assert.deepEqual([code, stderr], [0, '']);
  // Of a schema all of whose sequences are to follow, one grant
  await db.query(
    `revoke all on users_id_seq from ${role}; grant select on users, posts to ${role}; grant insert on posts to ${role}`,
  );
  const both = files(t, { 'users.csv': 'id,email\n7,g\n', 'posts.csv': 'id,user_id,title\n7,7,x\n' });
  const more = ['import', '-q', both('users.csv'), both('posts.csv'), '--to', db.server.url(db.name, role)];
  const { stderr: whole } = await pgseq(more);
  assert.equal(
    whole,
    `pgseq: permission denied for sequences public.posts_id_seq, public.users_id_seq, which must be moved beyond the imported ids\n` +
      `  -- lets "${role}" read its value and move it forward; moving it back would take UPDATE\n` +
      `  grant usage, select on all sequences in schema "public" to "${role}";\n`,
  );
  await db.query(whole.match(/grant .*;/)?.[0] ?? '');
  assert.deepEqual((await pgseq(more)).code, 0);
});

databaseTest('an interrupt ends it without a row', newest, blog, async (db, t) => {
  const at = files(t, {
    'users.csv': `id,email\n${Array.from({ length: 50_000 }, (_, i) => `${i + 1},u${i}\n`).join('')}`,
  });
  await db.query(
    'create function slow() returns trigger language plpgsql as $$begin perform pg_sleep(0.001); return new; end$$; create trigger slow before insert on users for each row execute function slow()',
  );
  const run = startPgseq(['import', at('users.csv'), '--to', db.url]);
  await until(
    async () =>
      (
        await db.query(
          "select count(*) from pg_stat_activity where datname = current_database() and query like 'copy%' and state = 'active'",
        )
      )[0]?.[0] === '1',
  );
  run.signal('SIGINT');
  const { code, stderr } = await run.result;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /nothing was imported/);
  assert.deepEqual(await db.query('select count(*) from users'), [['0']]);
});
