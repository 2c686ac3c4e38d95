import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../test/support/cluster.ts';
import { rowsAt } from '../test/support/session.ts';
import { inTurn, machine, pgseq, ratio, type Run, show } from './measure.ts';

// What `pgseq import` costs beside psql's \copy and beside pgloader, and how much memory a large file takes: npm run bench -- import,
// and with a number, so many gigabytes of it.

const gigabytes = Number(process.argv[2] ?? 2);
const rows = 1_000_000;
const rounds = 5;
/** A row of the large files has about 128 bytes with it: eight million are a gigabyte. */
const body = 'x'.repeat(86);
const folder = mkdtempSync(join(tmpdir(), 'pgseq-bench-'));
const csv = join(folder, 'users.csv');
const sqlite = join(folder, 'users.sqlite3');
const large = join(folder, 'large.csv');
const ndjson = join(folder, 'large.ndjson');
const cluster = await startCluster(18, { settings: { shared_buffers: '128MB', autovacuum: 'off' } }); // a vacuum would meet one and not the other
const url = cluster.url('postgres');
try {
  machine(cluster);
  await rowsAt(
    url,
    `create table users (id bigserial primary key, email text not null, name text, joined timestamp, score float8, active boolean);
     create table large (id bigserial primary key, at timestamp, kind int, body text)`,
  );

  await write(csv, rows, 'id,email,name,joined,score,active\n', userCsv);
  console.log(`a million rows of CSV, ${megabytes(csv)}`);
  const copies = await inTurnInto('users', {
    psql: ['psql', '-qX', '-d', url, '-c', `\\copy users from '${csv}' with (format csv, header)`],
    import: pgseq('import', '-q', csv, '--to', url),
  });
  show('\\copy in psql', copies.psql);
  show('import', copies.import, ratio(copies.import, copies.psql, '\\copy'));

  await rowsAt(url, 'truncate users');
  run('sqlite3', ['-batch', '-bail', sqlite], sqliteScript());
  console.log(`\na million rows of SQLite, ${megabytes(sqlite)}`);
  const moves = await inTurnInto('users', {
    pgloader: [
      'pgloader',
      '--quiet',
      ...['data only', 'reset no sequences'].flatMap((word) => ['--with', word]),
      sqlite,
      `pgsql://postgres@${cluster.host}:${cluster.port}/postgres`,
    ],
    import: pgseq('import', '-q', sqlite, '--to', url),
  });
  show('pgloader', moves.pgloader);
  show('import', moves.import, ratio(moves.import, moves.pgloader, 'pgloader'));

  for (const [file, head, line] of [
    [large, 'id,at,kind,body\n', largeCsv],
    [ndjson, '', largeJson],
  ] as const) {
    await write(file, Math.round(gigabytes * 8_000_000), head, line);
    console.log(`\n${file.replace(/^.*\./, '').toUpperCase()} of ${megabytes(file)}`);
    const { all } = await inTurnInto('large', { all: pgseq('import', '-q', file, '--to', url) }, 1);
    show('import', all);
    rmSync(file);
  }
} finally {
  await cluster.remove();
  rmSync(folder, { recursive: true });
}

/** The commands in turn, each into an empty table and after a checkpoint; a round before warms up. Proves that all rows arrived. */
async function inTurnInto<Name extends string>(
  table: string,
  commands: Readonly<Record<Name, readonly string[]>>,
  times: number = rounds,
): Promise<Record<Name, Run[]>> {
  const names = Object.keys(commands) as Name[];
  const runs = Object.fromEntries(names.map((name) => [name, [] as Run[]])) as Record<Name, Run[]>;
  let expected: string | null | undefined;
  for (let round = times > 1 ? 0 : 1; round <= times; round++)
    for (const name of names) {
      await rowsAt(url, `truncate ${table}`);
      await rowsAt(url, 'checkpoint');
      const done = inTurn<'one'>({ one: commands[name] }, { rounds: 1, warmUp: false }).one;
      const [[count] = []] = await rowsAt(url, `select count(*) from ${table}`);
      expected ??= count;
      if (count === '0' || count !== expected) throw new Error(`${name} brought ${count} rows of ${expected}`);
      if (round > 0) runs[name].push(...done);
    }
  return runs;
}

function userCsv(n: number): string {
  return `${n},user${n}@example.com,"Name, ${n}",2024-02-29 12:00:00,${n / 7},${n % 2 === 0}\n`;
}

function sqliteScript(): string {
  return `create table users (id integer primary key autoincrement, email text not null, name text, joined timestamp, score real, active boolean);
    with recursive n(n) as (select 1 union all select n + 1 from n where n < ${rows})
    insert into users select n, 'user' || n || '@example.com', 'Name, ' || n, '2024-02-29 12:00:00', n / 7.0, n % 2 = 0 from n;`;
}

function largeCsv(n: number): string {
  return `${n},2024-02-29 12:00:00,${n % 1000},${body}${n}\n`;
}

function largeJson(n: number): string {
  return `{"id":${n},"at":"2024-02-29 12:00:00","kind":${n % 1000},"body":"${body.slice(30)}${n}"}\n`;
}

async function write(file: string, lines: number, head: string, line: (n: number) => string): Promise<void> {
  const stream = createWriteStream(file);
  let piece = head;
  for (let n = 1; n <= lines; n++) {
    piece += line(n);
    if (piece.length < 1_000_000 && n < lines) continue;
    if (!stream.write(piece)) await once(stream, 'drain');
    piece = '';
  }
  stream.end();
  await once(stream, 'close');
}

function megabytes(file: string): string {
  return `${Math.round(statSync(file).size / 1e6)} MB`;
}

function run(program: string, args: readonly string[], input: string): void {
  const { status, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}
