import { writeFileSync } from 'node:fs';
import type { Clients } from '../../support/clients.ts';

/** Tables whose ids come from each kind of sequence, and rows in each. */
export const application = `
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

/** A way to dump and restore, and what comes of it. */
export interface Way {
  readonly title: string;
  /** The first major whose client programs know it. */
  readonly since?: number;
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

/** The tables of the application. */
export const all = ['a', 'b', 'c', 'p'];
const behind = (table: string, sequence: string): RegExp =>
  new RegExp(`the rows of public\\.${table} come without the position of public\\.${sequence}`);

/** The ways that are known to matter to sequences. */
export const ways: readonly Way[] = [
  { title: 'a script', dump: ['-Fp'] },
  { title: 'a script of INSERTs', dump: ['-Fp', '--inserts'] },
  { title: 'a custom archive', dump: ['-Fc'] },
  { title: 'a tar archive', dump: ['-Ft'] },
  { title: 'a directory', dump: ['-Fd'] },
  { title: 'data alone', dump: ['-Fc', '--data-only'], restore: ['--into-existing'], schemaFirst: true },
  { title: 'the section data', dump: ['-Fc', '--section=data'], restore: ['--into-existing'], schemaFirst: true },
  {
    title: 'without the schema',
    since: 18,
    dump: ['-Fc', '--no-schema'],
    restore: ['--into-existing'],
    schemaFirst: true,
  },
  {
    title: 'a restore without the schema',
    since: 18,
    dump: ['-Fc'],
    restore: ['--no-schema', '--into-existing'],
    schemaFirst: true,
  },
  { title: 'the sections pre-data and data', dump: ['-Fc', '--section=pre-data', '--section=data'] },
  {
    title: 'a restore of the sections pre-data and data',
    dump: ['-Fc'],
    restore: ['--section=pre-data', '--section=data'],
  },
  { title: 'a restore of data alone', dump: ['-Fc'], restore: ['--data-only', '--into-existing'], schemaFirst: true },
  {
    title: 'two tables',
    dump: ['-Fc', '-t', 'a', '-t', 'b'],
    inserts: ['a', 'b'],
  },
  {
    title: 'two tables, by INSERTs',
    dump: ['-Fp', '-t', 'a', '-t', 'b', '--inserts'],
    inserts: ['a', 'b'],
  },
  {
    title: 'two tables, data alone',
    dump: ['-Fc', '-t', 'a', '-t', 'b', '--data-only'],
    restore: ['--into-existing'],
    schemaFirst: true,
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
    title: 'a partition alone, with its schema',
    dump: ['-Fc', '-t', 'p1'],
    warns: [/public\.p1 takes its ids from public\.p_id_seq, which is neither/],
    fails: true,
    inserts: [],
  },
  {
    title: 'a partition alone, data alone',
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
    title: 'one table of an archive, its sequence named too',
    dump: ['-Fc'],
    restore: ['--table=a', '--table=a_id_seq'],
    warns: [/public\.a is created without the default of id: inserts have to give a value for it/],
    inserts: [],
  },
  {
    title: 'data alone of one table, its sequence named too',
    dump: ['-Fc'],
    restore: ['--data-only', '--table=a', '--table=a_id_seq', '--into-existing'],
    schemaFirst: true,
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
  { title: 'without any rows', dump: ['-Fc', '--exclude-table-data=*'] },
  { title: 'without data', since: 18, dump: ['-Fc', '--no-data'] },
  { title: 'without data, but for the positions', since: 18, dump: ['-Fc', '--no-data', '--sequence-data'] },
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
