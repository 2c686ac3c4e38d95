import { readFileSync } from 'node:fs';
import { startCluster } from '../test/support/cluster.ts';
import { type Database, withDatabase } from '../test/support/database.ts';
import { publishedTrigger, withGuard } from '../test/support/guard.ts';
import { machine } from './measure.ts';

// What a guard costs, in CPU time of the server process, beside no trigger and beside the trigger that everybody publishes:
// npm run bench -- guard [majors] [rounds].

const [, , majors = '18', count = '11'] = process.argv;
const rounds = Number(count);

/** Rows for one figure. */
const rows = { single: 20_000, slow: 4_000, few: 20_000, bulk: 200_000 };

const kinds = ['none', 'published', 'guard', 'updates'] as const;
type Kind = (typeof kinds)[number];

/** A figure: what is run on a table, for so many rows, and who is measured by it. `before` is not measured. */
interface Figure {
  readonly name: string;
  readonly rows: (kind: Kind) => number;
  readonly before?: (table: string) => string;
  readonly sql: (table: string, rows: number) => string;
  readonly kinds: readonly Kind[];
}

const loop = (rows: number, statement: string): string =>
  `do $$ begin for i in 1..${rows} loop ${statement}; end loop; end $$`;
const single = (kind: Kind): number => (kind === 'published' ? rows.slow : rows.single);
const three = ['none', 'published', 'guard'] as const;

/** The first row of all is stored ahead: no figure is that of a table, a plan or a sequence that is used for the first time. */
const emptied = (table: string): string =>
  `truncate ${table} restart identity; insert into ${table} (a) values (0); checkpoint`;

const inserts: readonly Figure[] = [
  {
    name: 'one row, default id',
    rows: single,
    before: emptied,
    sql: (table, n) => loop(n, `insert into ${table} (a, b) values (1, 'x')`),
    kinds: three,
  },
  {
    name: 'one row, id of its own',
    rows: single,
    before: emptied,
    sql: (table, n) => loop(n, `insert into ${table} (id, a, b) values (i + 1, 1, 'x')`),
    kinds: three,
  },
  {
    name: '200,000 rows, default ids',
    rows: () => rows.bulk,
    before: emptied,
    sql: (table, n) => `insert into ${table} (a, b) select i, 'row ' || i from generate_series(1, ${n}) i`,
    kinds: three,
  },
  {
    name: '200,000 rows, ids of their own',
    rows: () => rows.bulk,
    before: emptied,
    sql: (table, n) => `insert into ${table} (id, a, b) select i + 1, i, 'row ' || i from generate_series(1, ${n}) i`,
    kinds: three,
  },
  {
    name: '20,000 rows, ids of their own',
    rows: () => rows.few,
    before: emptied,
    sql: (table, n) => `insert into ${table} (id, a, b) select i + 1, i, 'row ' || i from generate_series(1, ${n}) i`,
    kinds: three,
  },
  {
    name: 'COPY of 200,000 rows, ids of their own',
    rows: () => rows.bulk,
    before: emptied,
    sql: (table) => `copy ${table} (id, a, b) from '${copied()}'`,
    kinds: three,
  },
];

const updates: readonly Figure[] = [
  {
    name: 'update of one row, not of its id',
    rows: single,
    sql: (table, n) => loop(n, `update ${table} set a = a + 1 where id = 1 + i % 1000`),
    kinds: ['none', 'guard', 'updates'],
  },
  {
    name: 'update of 100,000 rows, not of their ids',
    rows: () => rows.bulk / 2,
    sql: (table, n) => `update ${table} set a = a + 1 where id <= ${n}`,
    kinds: ['none', 'guard', 'updates'],
  },
];

const inPartitions: readonly Figure[] = [
  {
    name: '1,000 partitions, one row',
    rows: single,
    sql: (table, n) => loop(n, `insert into ${table} (a) values (i % 1000)`),
    kinds: ['none', 'guard'],
  },
  {
    name: '1,000 partitions, one row straight into one',
    rows: single,
    sql: (table, n) => loop(n, `insert into ${table}_7 (id, a) values (nextval('${table}_id_seq'), 7)`),
    kinds: ['none', 'guard'],
  },
  {
    name: '1,000 partitions, 200,000 rows',
    rows: () => rows.bulk,
    sql: (table, n) => `insert into ${table} (a, b) select i % 1000, 'row ' || i from generate_series(1, ${n}) i`,
    kinds: ['none', 'guard'],
  },
];

let directory = '';
const copied = (): string => `${directory}/rows.txt`;

for (const major of majors.split(',').map(Number)) {
  const cluster = await startCluster(major, { settings: { shared_buffers: '128MB', max_wal_size: '1GB' } });
  directory = cluster.socketDirectory;
  try {
    machine(cluster);
    console.log('CPU of the server process for a row, median of the rounds; beside it what is added to no trigger\n');
    await withDatabase(cluster, 'bench guard', '', async (db) => {
      for (const kind of kinds) {
        await db.query(`create table ${kind} (id bigserial primary key, a int, b text)`);
        if (kind === 'published') await db.query(publishedTrigger(kind));
      }
      await withGuard(db, [['guard', 'id']]);
      await withGuard(db, [['updates', 'id']], { updates: true });
      await db.query(
        `copy (select i + 1, i, 'row ' || i from generate_series(1, ${rows.bulk}) i) to '${copied()}'; set jit = off`,
      );
      await measure(db, inserts, (kind) => kind);
      for (const kind of kinds) {
        await db.query(
          `${emptied(kind)}; insert into ${kind} (a, b) select i, 'row ' || i from generate_series(1, ${rows.bulk}) i`,
        );
        await db.query(`vacuum analyze ${kind}`);
      }
      await measure(db, updates, (kind) => kind);
      for (const kind of ['none', 'guard'] as const) {
        const table = `parts_${kind}`;
        await db.query(
          `create table ${table} (id bigserial, a int, b text, primary key (id, a)) partition by list (a)`,
        );
        await db.query(
          loop(
            1000,
            `execute format('create table ${table}_%s partition of ${table} for values in (%s)', i - 1, i - 1)`,
          ),
        );
      }
      await withGuard(db, [['parts_guard', 'id']]);
      await measure(db, inPartitions, (kind) => `parts_${kind}`);
    });
  } finally {
    await cluster.remove();
  }
}

/** Measures the figures in turn, and prints them. */
async function measure(db: Database, all: readonly Figure[], table: (kind: Kind) => string): Promise<void> {
  const [[pid] = []] = await db.query('select pg_backend_pid()');
  const cpu = (): number => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  const times = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++)
    for (const figure of all)
      for (const kind of figure.kinds) {
        const n = figure.rows(kind);
        if (figure.before !== undefined) await db.query(figure.before(table(kind)));
        const begun = cpu();
        await db.query(figure.sql(table(kind), n));
        const key = `${figure.name} ${kind}`;
        if (round > 0) times.set(key, [...(times.get(key) ?? []), (cpu() - begun) / n]); // the first warms up
      }
  for (const { name, kinds: measured } of all) {
    const of = (kind: Kind): number[] => times.get(`${name} ${kind}`) ?? [];
    const bare = of('none');
    const parts = measured.map((kind) => {
      const time = `${kind} ${median(of(kind)).toFixed(2)} µs`;
      if (kind === 'none') return time;
      const added = of(kind).map((value, i) => value - (bare[i] ?? 0));
      const percent = of(kind).map((value, i) => (value / (bare[i] ?? 1) - 1) * 100);
      return `${time} (+${median(added).toFixed(2)}, ${median(percent).toFixed(0)} %)`;
    });
    const shares = of('guard').map(
      (value, i) => (value - (bare[i] ?? 0)) / ((of('published')[i] ?? Number.NaN) - (bare[i] ?? 0)),
    );
    const beside = measured.includes('published') ? `, 1/${(1 / median(shares)).toFixed(1)} of published` : '';
    console.log(`${name.padEnd(44)}${parts.join(', ')}${beside}`);
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
