import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, databaseTest } from '../../support/database.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { behind, behindBlock, ends, folder, run, superuserNote } from '../support.ts';

const shop = `${behind}
  create table ok (id serial primary key);
  insert into ok default values;
  create table empty (id serial primary key);
  create sequence lonely;`;

databaseTest('what is wrong comes first, then one line of totals', newest, shop, async (db) => {
  ends(await run(db, ['check']), {
    code: 1,
    stdout: `${behindBlock}\n4 sequences: 1 behind, 1 ok, 1 empty, 1 unlinked; 1 note (--show-ok); unlinked: public.lonely\n`,
    stderr: superuserNote,
  });
});

databaseTest('--show-ok lists the healthy too, and the notes', newest, shop, async (db) => {
  ends(await run(db, ['check', '--quiet', '--show-ok']), {
    code: 1,
    stdout: `${behindBlock}
note: public.lonely feeds no column that the catalogs show [unlinked]
  If an application, a trigger or a function uses it, name the column: --link 'public.lonely=schema.table.column'.

empty         public.empty_id_seq  next 1  -            public.empty.id
unlinked      public.lonely        next 1  -
ok            public.ok_id_seq     next 2  furthest 1   public.ok.id
behind        public.users_id_seq  next 4  furthest 16  public.users.id

4 sequences: 1 behind, 1 ok, 1 empty, 1 unlinked
`,
  });
});

databaseTest('--quiet leaves only the report', newest, behind, async (db) => {
  for (const args of [['check'], ['fix', '--dry-run'], ['fix'], ['sql', 'role']]) {
    const { stderr, stdout } = await run(db, [...args, '--quiet']);
    assert.equal(stderr, '', args.join(' '));
    assert.notEqual(stdout, '');
  }
});

databaseTest('--output writes the report to a file and nothing to standard output', newest, behind, async (db, t) => {
  const cwd = folder(t, 'report.txt', 'an older one that is longer than the new\n'.repeat(99));
  ends(await run(db, ['check', '-q', '-o', 'report.txt'], { cwd, env: { FORCE_COLOR: '1' } }), { code: 1 });
  assert.equal(
    readFileSync(join(cwd, 'report.txt'), 'utf8'),
    `${behindBlock.trimEnd()} ${db.url}\n\n1 sequence: 1 behind\n`,
  );
  ends(await run(db, ['check', '-q', '--format', 'json', '--output', join(cwd, 'report.json')]), { code: 1 });
  assert.equal(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')).summary.behind, 1);

  const failed = await run(db, ['check', '-q', '--output', join(cwd, 'no', 'such', 'folder')]);
  assert.deepEqual([failed.code, failed.stdout], [2, '']);
  assert.match(failed.stderr, /^pgseq: --output .*folder: ENOENT: .*folder'\n {2}nothing was done\n$/);
});

const escape = '\u001b[';
// oxlint-disable-next-line no-control-regex -- it is the escape character that is looked for
const colors = /\u001b\[\d+m/g;

databaseTest('colour: never in a pipe, never with NO_COLOR, always with FORCE_COLOR', newest, behind, async (db) => {
  const shown = async (env: Record<string, string>): Promise<string> => (await run(db, ['check'], { env })).stdout;
  const plain = await shown({});
  assert.ok(!plain.includes(escape));
  const colored = await shown({ FORCE_COLOR: '1' });
  assert.ok(colored.startsWith(`${escape}1m${escape}31merror${escape}39m${escape}22m: public.users.id: `), colored);
  assert.equal(colored.replaceAll(colors, ''), plain);
  assert.ok(!(await shown({ FORCE_COLOR: '1', NO_COLOR: '1' })).includes(escape));
  assert.ok(!(await shown({ FORCE_COLOR: '0' })).includes(escape));
  assert.ok((await shown({ FORCE_COLOR: '1', NO_COLOR: '' })).includes(escape));
  const json = await run(db, ['check', '--format', 'json'], { env: { FORCE_COLOR: '1' } });
  assert.ok(!json.stdout.includes(escape));
});

databaseTest('in colour, tables are as well aligned', newest, shop, async (db) => {
  const shown = async (env: Record<string, string>): Promise<string> =>
    (await run(db, ['check', '--show-ok'], { env })).stdout.replaceAll(colors, '');
  assert.equal(await shown({ FORCE_COLOR: '1' }), await shown({}));
});

databaseTest('a reader that has seen enough is no error', newest, tables(400), async (db) => {
  for (const format of ['text', 'json']) {
    const run = spawnPgseq(['check', '-q', '--show-ok', '--format', format, db.url]);
    run.child.stdout.once('data', () => run.child.stdout.destroy());
    const { code, stderr } = await run.result;
    assert.deepEqual([code, stderr], [0, ''], format);
  }
});

function tables(count: number): string {
  return `do $$ begin for n in 1..${count} loop execute format('create table a_table_with_a_long_name_%s (id serial)', n); end loop; end $$`;
}

databaseTest('names that would steer the terminal are shown as escapes', newest, steering(), async (db: Database) => {
  for (const args of [['check'], ['check', '--show-ok'], ['fix', '--dry-run'], ['fix', '--show-ok']]) {
    const { stdout, stderr } = await run(db, args);
    const shown = args.includes('--dry-run') ? stdout.replaceAll(/"[^"]*"/g, '') : stdout;
    // oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
    assert.doesNotMatch(shown + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, args.join(' '));
  }
  const { stdout } = await run(db, ['check', '-q', '--show-ok']);
  assert.ok(stdout.includes('bell\\u0007 \\u001b[2J\\n\\u202e'), stdout);
});

function steering(): string {
  const name = '"bell\u0007 \u001b[2J\n\u202e"';
  return `create schema ${name}; create sequence ${name}.${name};
    create table ${name}."t${name.slice(1)} (${name} bigint default nextval('${name}.${name}'));
    insert into ${name}."t${name.slice(1)} values (1), (2)`;
}
