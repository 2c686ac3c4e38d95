import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../support/database.ts';
import { pgseq, type PgseqOptions, type PgseqResult } from '../support/pgseq.ts';

/** What check and fix say on standard error to a superuser, unless they are to be quiet. */
export const superuserNote = 'pgseq: connected as superuser postgres; a smaller role is enough (`pgseq sql role`)\n';

/** What is said first where a password was typed into the command line, unless it is to be quiet. */
export const typedNote =
  'pgseq: every user of this machine could see the password with ps while pgseq started; to avoid that, use PGPASSWORD, a password file or --env-file\n';

/** `users`, whose sequence stands at 3 while the ids reach 16: the next insert fails. */
export const behind = `
  create table users (id serial primary key, email text);
  insert into users (id) select generate_series(1, 16);
  select setval('users_id_seq', 3);`;

/** What check prints about `behind`. */
export const behindBlock =
  'error: public.users.id: the next id would be 4, but ids up to 16 exist (sequence public.users_id_seq) [behind]\n' +
  '  The next insert fails (4 is taken). Likely cause: rows were stored with ids that did not come from the sequence (a seed, an import), or it was set back.\n' +
  '  pgseq fix --sequence public.users_id_seq\n';

/** What check prints about a database without sequences. */
export const clean = '0 sequences\n';

/** A directory with a file in it, gone after the test. */
export function folder(t: TestContext, name: string, content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-commands-'));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, name), content);
  return directory;
}

/**
 * Runs `pgseq` on the database of a test, as the superuser. Every command that it offers ends with the connection that was typed,
 * another one in each test: that is left out of what is returned. test/commands/cli/offering.test.ts is about it.
 */
export async function run(
  { url }: Pick<Database, 'url'>,
  args: readonly string[],
  options: PgseqOptions = {},
): Promise<PgseqResult> {
  const { stdout, stderr, ...ended } = await pgseq([...args, url], options);
  const bare = (text: string): string => text.replaceAll(` ${url}`, '');
  return { ...ended, stdout: bare(stdout), stderr: bare(stderr) };
}

/** Asserts how a run ended, whole: the exit code and both streams, which are empty unless told. */
export function ends(
  { code, stdout, stderr }: PgseqResult,
  wanted: { readonly code: number; readonly stdout?: string; readonly stderr?: string },
): void {
  assert.deepEqual({ code, stdout, stderr }, { stdout: '', stderr: '', ...wanted });
}

/** A sequence in a JSON report, as far as these tests ask for it; 64-bit numbers are texts. */
export interface JsonSequence {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly message: string;
  readonly next: string | null;
  readonly furthest: string | null;
  readonly target: string | null;
  readonly remaining: string | null;
  readonly collision: { readonly value: string; readonly after: string } | null;
  readonly columns: readonly {
    readonly name: string;
    readonly table: string;
    readonly column: string;
    readonly link: string;
    readonly furthest: string | null;
  }[];
  readonly action?: string;
  readonly method?: string | null;
  readonly before?: { readonly next: string | null } | null;
  readonly after?: { readonly next: string | null } | null;
  readonly error?: { readonly code: string | null; readonly message: string; readonly hint: string | null } | null;
}

/** A JSON report, as far as these tests ask for it. */
export interface JsonReport {
  readonly database: Readonly<Record<string, unknown>>;
  readonly summary: Readonly<Record<string, number>>;
  readonly sequences: readonly JsonSequence[];
  readonly findings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly key: string;
    readonly sequence: string | null;
    readonly message: string;
    readonly help: string;
    readonly fix: string | null;
  }[];
  readonly holders?: readonly Readonly<Record<string, string | null>>[];
}

/** Runs a command with --format json on the database of a test; the report, and the exit code beside it. */
export async function report(
  db: Pick<Database, 'url'>,
  args: readonly string[],
  options: PgseqOptions = {},
): Promise<JsonReport & { readonly code: number | null; readonly stderr: string }> {
  const { code, stdout, stderr } = await run(db, [...args, '--quiet', '--format', 'json'], options);
  assert.notEqual(stdout, '', stderr);
  return { ...(JSON.parse(stdout) as JsonReport), code, stderr };
}

/** The one sequence of a report. */
export function only({ sequences }: Pick<JsonReport, 'sequences'>): JsonSequence {
  assert.equal(sequences.length, 1, sequences.map(({ name }) => name).join(', '));
  return sequences[0] as JsonSequence;
}

/** Waits until something is so: two minutes at most, which no machine is so busy as to need. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (let pause = 2; !(await isSo()); pause = Math.min(pause * 2, 25)) {
    assert.ok(performance.now() < deadline, 'waited in vain');
    await sleep(pause);
  }
}

/**
 * Waits until pgseq, at work in the database of a test, has begun so many more transactions: more than it needs before it waits for
 * those of others tell that it does.
 */
export async function goesOn(db: Database, times: number): Promise<void> {
  const begun = new Set<string>();
  await until(async () => {
    const rows = await db.query(
      "select pid, query_start from pg_stat_activity where application_name = 'pgseq' and datname = current_database()",
    );
    for (const row of rows) begun.add(row.join(' '));
    return begun.size > times;
  });
}

/** Waits until so many statements of others wait for a lock in the database of a test. */
export async function blocked(db: Database, statements = 1): Promise<void> {
  await until(() => isBlocked(db, statements));
}

/** Whether so many do now. */
export async function isBlocked(db: Database, statements = 1): Promise<boolean> {
  const rows = await db.query(
    "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
  );
  return rows.length >= statements;
}
