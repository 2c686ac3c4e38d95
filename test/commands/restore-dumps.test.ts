import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clients, clientsFor, dump, withoutClients } from '../support/clients.ts';
import { type Database, databaseTest, withDatabase } from '../support/database.ts';
import { pgseq } from '../support/pgseq.ts';
import { servers } from '../support/servers.ts';
import type { JsonReport } from './support.ts';

// Every way to dump and restore that is known to matter to sequences, on every major with a pg_dump that reads it: after `pgseq restore`
// an ordinary insert works, wherever there is a table to insert into.

const application = `
  create table a (id serial primary key, t text);
  insert into a (t) select 'x' from generate_series(1, 5);
  create table b (id int generated always as identity primary key, t text);
  insert into b (t) select 'y' from generate_series(1, 5);
  create sequence cs;
  create table c (id bigint default nextval('cs') primary key, t text);
  insert into c (t) select 'z' from generate_series(1, 5);
  create table p (id bigserial, k int, primary key (id, k)) partition by list (k);
  create table p1 partition of p for values in (1);
  insert into p (k) select 1 from generate_series(1, 5);`;

interface Way {
  readonly title: string;
  /** What pg_dump is told. */
  readonly dump: readonly string[];
  /** What pgseq restore is told. */
  readonly restore?: readonly string[];
  /** The tables are there before the data comes. */
  readonly schemaFirst?: boolean;
  /** Changes the archive, or makes a list of it. */
  readonly prepare?: (archive: string, clients: Clients) => readonly string[];
  /** Sequences that stood behind, and were moved. */
  readonly moved?: readonly string[];
  /** Sequences whose setval psql may take for a part of the rows before it; newer ones do not. */
  readonly swallows?: readonly string[];
  /** Told before anything is loaded. */
  readonly warns?: readonly RegExp[];
  /** Something could not be restored: it is listed, and the code of pg_restore passed on. */
  readonly fails?: boolean;
  /** The tables into which an insert works afterwards; all four unless told. */
  readonly inserts?: readonly string[];
}

const all = ['a', 'b', 'c', 'p'];
const behind = (table: string, sequence: string): RegExp =>
  new RegExp(`the rows of public\\.${table} come without the position of public\\.${sequence}`);

const ways: readonly Way[] = [
  { title: 'a script', dump: ['-Fp'] },
  { title: 'a script of INSERTs', dump: ['-Fp', '--inserts'] },
  { title: 'a custom archive', dump: ['-Fc'] },
  { title: 'a tar archive', dump: ['-Ft'] },
  { title: 'a directory', dump: ['-Fd'] },
  { title: 'data alone', dump: ['-Fc', '--data-only'], restore: ['--into-existing'], schemaFirst: true },
  { title: 'the section data', dump: ['-Fc', '--section=data'], restore: ['--into-existing'], schemaFirst: true },
  { title: 'a restore of data alone', dump: ['-Fc'], restore: ['--data-only', '--into-existing'], schemaFirst: true },
  {
    title: 'two tables',
    dump: ['-Fc', '-t', 'a', '-t', 'b'],
    inserts: ['a', 'b'],
  },
  {
    title: 'a table whose sequence it does not own',
    dump: ['-Fc', '-t', 'a', '-t', 'c'],
    warns: [/public\.c takes its ids from public\.cs, which is neither in the archive nor in the database/],
    fails: true,
    inserts: ['a'],
  },
  {
    title: 'a table whose sequence it does not own, data alone',
    dump: ['-Fc', '-t', 'c', '--data-only'],
    restore: ['--into-existing'],
    schemaFirst: true,
    warns: [behind('c', 'cs')],
    moved: ['public.cs'],
    inserts: all,
  },
  {
    title: 'a partition alone',
    dump: ['-Fc', '-t', 'p1', '--data-only'],
    restore: ['--into-existing'],
    schemaFirst: true,
    warns: [behind('p1', 'p_id_seq')],
    moved: ['public.p_id_seq'],
  },
  {
    title: 'data alone of one table',
    dump: ['-Fc'],
    restore: ['--data-only', '--table=a', '--into-existing'],
    schemaFirst: true,
    warns: [behind('a', 'a_id_seq')],
    moved: ['public.a_id_seq'],
  },
  {
    title: 'one table of an archive',
    dump: ['-Fc'],
    restore: ['--table=b'],
    warns: [/public\.b takes its ids from public\.b_id_seq, which is neither/],
    inserts: [],
  },
  {
    title: 'a list without SEQUENCE SET',
    dump: ['-Fc'],
    prepare(archive, clients) {
      const list = `${archive}.list`;
      const entries = clients.run('pg_restore', ['--list', archive]).split('\n');
      writeFileSync(list, entries.filter((line) => !line.includes(' SEQUENCE SET ')).join('\n'));
      return ['-L', list];
    },
    warns: [behind('a', 'a_id_seq'), behind('b', 'b_id_seq'), behind('c', 'cs'), behind('p1', 'p_id_seq')],
    moved: ['public.a_id_seq', 'public.b_id_seq', 'public.cs', 'public.p_id_seq'],
  },
  { title: 'without the rows of a table', dump: ['-Fc', '--exclude-table-data=a'] },
  {
    title: 'without the position of a sequence',
    dump: ['-Fc', '--exclude-table-data=a_id_seq'],
    warns: [behind('a', 'a_id_seq')],
    moved: ['public.a_id_seq'],
  },
  { title: 'an owned sequence cannot be excluded', dump: ['-Fc', '-T', 'a_id_seq'] },
  {
    title: 'a sequence that nothing owns can',
    dump: ['-Fc', '-T', 'cs'],
    warns: [/public\.c takes its ids from public\.cs, which is neither/],
    fails: true,
    inserts: ['a', 'b', 'p'],
  },
  { title: 'the schema alone', dump: ['-Fc', '--schema-only'] },
  {
    title: 'a script with the rows of a table that cannot be made: they swallow what follows',
    dump: ['-Fp', '-T', 'cs', '-T', 'p', '-T', 'p1'],
    warns: [/public\.c takes its ids from public\.cs/],
    swallows: ['public.a_id_seq'],
    fails: true,
    inserts: ['a', 'b'],
  },
];

for (const way of ways)
  databaseTest(
    `restore of ${way.title}`,
    servers,
    application,
    async (source, t) => {
      const clients = clientsFor(source.server.major) as Clients;
      t.diagnostic(`client programs of ${clients.major}`);
      const folder = mkdtempSync(join(tmpdir(), 'pgseq-restore-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const archive = join(folder, 'dump');
      dump(source, clients, [...way.dump, '--file', archive]);
      const more = way.prepare?.(archive, clients) ?? [];
      await withDatabase(source.server, `${way.title} restored`, '', async (target) => {
        if (way.schemaFirst === true) await target.query(application.replaceAll(/insert into.*?;/gs, ''));
        await restored(way, archive, [...(way.restore ?? []), ...more], clients, target);
      });
    },
    { skip: withoutClients },
  );

async function restored(
  way: Way,
  archive: string,
  options: readonly string[],
  clients: Clients,
  target: Database,
): Promise<void> {
  const { code, stdout, stderr } = await pgseq(
    ['restore', '--format', 'json', '--bin-dir', clients.binDir, ...options, archive, target.url],
    {},
  );
  assert.notEqual(stdout, '', stderr);
  const report = JSON.parse(stdout) as JsonReport & { errors: string[]; warnings: string[]; exitCode: number };
  // pg_dump since 17 sets transaction_timeout, of which no older server has heard
  const isNoisy = clients.major >= 17 && target.server.major < 17;
  const isScript = way.dump.includes('-Fp');
  const hasErrors = way.fails === true || isNoisy;
  assert.equal(code, hasErrors ? (isScript ? 2 : 1) : 0, stdout + stderr);
  assert.equal(report.errors.length > 0, hasErrors, report.errors.join('\n'));
  for (const [at, warning] of (way.warns ?? []).entries()) assert.match(report.warnings[at] ?? '', warning);
  assert.equal(report.warnings.length, way.warns?.length ?? 0, report.warnings.join('\n'));
  for (const warning of report.warnings) assert.ok(stderr.indexOf(warning) < stderr.indexOf('restoring '), stderr);
  const moved = report.sequences.filter(({ action }) => action === 'moved').map(({ name }) => name);
  if (way.swallows === undefined) assert.deepEqual(moved, way.moved ?? []);
  else
    assert.ok(
      moved.every((name) => way.swallows?.includes(name)),
      moved.join(', '),
    );
  assert.deepEqual([report.summary['behind'], report.summary['unknown']], [0, 0]);
  for (const table of way.inserts ?? all)
    await target.query(`insert into ${table} ${table === 'p' ? '(k) values (1)' : 'default values'}`);
}

for (const form of ['-Fp', '-Fc', '-Fd', '-Ft'])
  databaseTest(
    `--inspect says beforehand what check says after a bare restore, ${form}`,
    servers,
    `${application} create table odd (id int generated by default as identity (start 1 increment 2) primary key);
     insert into odd values (1), (3), (6); select setval('odd_id_seq', 3); select setval('a_id_seq', 2);
     create sequence down increment -1; create table falling (id int default nextval('down') primary key);
     insert into falling values (-5), (7); select setval('cs', 1, false);`,
    async (source, t) => {
      const clients = clientsFor(source.server.major) as Clients;
      const folder = mkdtempSync(join(tmpdir(), 'pgseq-restore-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const archive = join(folder, 'dump');
      dump(source, clients, [form, '--exclude-table-data=b_id_seq', '--file', archive]);
      const { code, stdout } = await pgseq([
        'restore',
        '--inspect',
        '--format',
        'json',
        '--bin-dir',
        clients.binDir,
        archive,
      ]);
      assert.equal(code, 1);
      const said = JSON.parse(stdout) as {
        sequences: { schema: string; name: string; state: string; next: string }[];
        tables: { name: string; rows: string }[];
      };
      assert.deepEqual(Object.fromEntries(said.tables.map(({ name, rows }) => [name, rows])), {
        a: '5',
        b: '5',
        c: '5',
        falling: '2',
        odd: '3',
        p1: '5',
      });
      await withDatabase(source.server, `${form} bare`, '', async (target) => {
        if (form === '-Fp') clients.run('psql', ['-qX', '-d', target.url], readFileSync(archive, 'utf8'));
        else
          try {
            clients.run('pg_restore', ['-d', target.url, archive]);
          } catch (error) {
            if (!(clients.major >= 17 && target.server.major < 17)) throw error;
          }
        const found = JSON.parse((await pgseq(['check', '-q', '--format', 'json', target.url])).stdout) as JsonReport;
        assert.deepEqual(
          said.sequences.map(({ name, state, next }) => [`public.${name}`, state, next]),
          found.sequences.map(({ name, state, next }) => [name, state, next]),
        );
      });
    },
    { skip: withoutClients },
  );
