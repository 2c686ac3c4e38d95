import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startCluster } from '../test/support/cluster.ts';
import { rowsAt } from '../test/support/session.ts';
import { inTurn, machine, pgseq, ratio, type Run, show } from './measure.ts';

// What `pgseq import` costs beside \copy and pgloader, and how much memory 2 GB take: npm run bench -- import.

const rows = 1_000_000;
const table = 'create table rows (id bigserial primary key, name text, amount numeric, at timestamptz, note text)';
/** The sequence too, so that each import has to move it. */
const empty = 'truncate rows restart identity';
const folder = mkdtempSync(join(tmpdir(), 'pgseq-bench-'));
const cluster = await startCluster(18, { settings: { shared_buffers: '128MB' } }); // as PostgreSQL ships it
try {
  machine(cluster);
  await rowsAt(cluster.url('postgres'), 'create database bench template template0');
  const url = cluster.url('bench');
  await rowsAt(url, table);

  const csv = join(folder, 'rows.csv');
  await writeCsv(csv, rows, 20);
  console.log(`${rows} rows of CSV, ${megabytes(csv)}`);
  const copied = inTurn(
    {
      empty: ['psql', '-qX', '-d', url, '-c', empty],
      copy: ['psql', '-qX', '-d', url, '-c', `\\copy rows from '${csv}' csv header`],
      emptyAgain: ['psql', '-qX', '-d', url, '-c', empty],
      import: pgseq('import', '-q', csv, '--to', url),
    },
    { rounds: 5 },
  );
  show('\\copy in psql', copied.copy);
  show('import', copied.import, ratio(copied.import, copied.copy, '\\copy'));

  const sqlite = join(folder, 'rows.sqlite');
  run('sqlite3', [
    sqlite,
    'create table rows (id integer primary key autoincrement, name text, amount real, at text, note text)',
    '.mode csv',
    `.import --skip 1 ${csv} rows`,
  ]);
  console.log(`\n${rows} rows of SQLite, ${megabytes(sqlite)}`);
  const hasPgloader = spawnSync('pgloader', ['--version']).status === 0;
  const moved: Readonly<Record<string, Run[]>> = inTurn<string>(
    {
      empty: ['psql', '-qX', '-d', url, '-c', empty],
      import: pgseq('import', '-q', sqlite, '--to', url),
      ...(hasPgloader ? { pgloader: pgloader(sqlite, url) } : {}),
    },
    { rounds: 3 },
  );
  const { import: ours = [], pgloader: theirs } = moved;
  show('import', ours);
  if (theirs === undefined) console.log('pgloader is not installed: apt-get install pgloader');
  else show('pgloader', theirs, ratio(ours, theirs, 'pgloader, for import'));

  const large = join(folder, 'large.csv');
  await writeCsv(large, 10_000_000, 140);
  console.log(`\n10000000 rows of CSV, ${megabytes(large)}`);
  const big = inTurn(
    { import: pgseq('import', '-q', '--truncate', large, '--table', 'rows', '--to', url) },
    { rounds: 1, warmUp: false },
  );
  show('import', big.import);
} finally {
  await cluster.remove();
  rmSync(folder, { recursive: true });
}

/** Rows with ids of their own, a note of so many characters at the end of each. */
async function writeCsv(path: string, count: number, note: number): Promise<void> {
  const text = 'lorem ipsum dolor sit amet '.repeat(Math.ceil(note / 27)).slice(0, note);
  function* lines(): Generator<string> {
    yield 'id,name,amount,at,note\n';
    for (let from = 1; from <= count; from += 1000) {
      let piece = '';
      for (let n = from; n < from + 1000; n++)
        piece += `${n},user ${n},${n % 1000}.${n % 100},2026-01-01 00:${String(n % 60).padStart(2, '0')}:00+00,${text}\n`;
      yield piece;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}

function megabytes(path: string): string {
  return `${Math.round(statSync(path).size / 2 ** 20)} MiB`;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}

/** The data alone, into the table that is there, emptied first, as import does it. */
function pgloader(sqlite: string, url: string): string[] {
  return [
    'pgloader',
    '--quiet',
    '--with',
    'data only',
    '--with',
    'truncate',
    sqlite,
    url.replace('postgres://', 'postgresql://'),
  ];
}
