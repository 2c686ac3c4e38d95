import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, type TestContext } from 'node:test';
import { from as copyFrom } from 'pg-copy-streams';
import type { Source, SourceTable } from '../../../src/import/source.ts';
import { quoteIdentifier } from '../../../src/pg/identifier.ts';
import { Problem } from '../../../src/problem.ts';
import type { SourceOptions } from '../../../src/import/sources/options.ts';
import type { Database } from '../../support/database.ts';

/** A folder of the test's own, gone with it. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'pgseq-source-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Options as for a database of which all is wanted. `notes` collects what the source remarks. */
export function options(more: Partial<SourceOptions> & { readonly notes?: string[] } = {}): SourceOptions {
  const { notes = [], ...rest } = more;
  return {
    table: null,
    columns: null,
    delimiter: null,
    encoding: null,
    nullText: null,
    zeroDates: 'reject',
    format: null,
    input: () => Readable.from([]),
    tables: [],
    env: process.env,
    cwd: '/',
    signal: undefined,
    onNote: (note) => notes.push(note),
    ...rest,
  };
}

/** The same, and what a failed test leaves open is closed in the end: it would keep the process alive. */
export function closing(open: (spec: string, options: SourceOptions) => Promise<Source>): typeof open {
  const opened: Source[] = [];
  after(() => Promise.allSettled(opened.map((source) => source.close())));
  return async (...args) => {
    const source = await open(...args);
    opened.push(source);
    return source;
  };
}

/** The table of that name. */
export function tableOf(source: Source, name: string): SourceTable {
  const table = source.tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`${source.name} has no table ${name}`);
  return table;
}

/** Copies a table into the one of the same name in the database, which decides which columns there are, and of which types. */
export async function copy(db: Database, table: SourceTable): Promise<void> {
  const name = table.name ?? '';
  const types = await db.query(
    `select attname, format_type(coalesce(nullif(typbasetype, 0), atttypid), atttypmod) from pg_attribute
     join pg_type on pg_type.oid = atttypid
     where attrelid = '${quoteIdentifier(name).replaceAll("'", "''")}'::regclass and attnum > 0 order by attnum`,
  );
  const columns = types.map(([source, type]) => ({ source: source ?? '', type: type ?? '' }));
  const { chunks, format } = table.read({ columns, rowwise: false, signal: undefined });
  if (format.kind !== 'text') throw new Error('not in text format');
  const session = await db.connect();
  await session.query("set client_encoding = 'UTF8'; set timezone = 'America/New_York'");
  const list = columns.map(({ source }) => quoteIdentifier(source)).join(', ');
  await pipeline(Readable.from(chunks), session.query(copyFrom(`copy ${quoteIdentifier(name)} (${list}) from stdin`)));
}

/** Everything that a table's stream holds, every column for a column of type text. */
export async function textOf(table: SourceTable): Promise<string> {
  const columns = (table.columns ?? []).map((source) => ({ source, type: 'text' }));
  let text = '';
  for await (const chunk of table.read({ columns, rowwise: false, signal: undefined }).chunks)
    text += Buffer.from(chunk).toString();
  return text;
}

/**
 * Reads the table a, which has a column y and some megabytes, and in the middle first aborts, then takes the server away: the first ends
 * with the signal's reason, the second with the problem that is returned.
 */
export async function brokenOff(
  open: (url: string, options: SourceOptions) => Promise<Source>,
  url: string,
  takeAway: () => void | Promise<void>,
): Promise<Problem> {
  const reading = async (
    source: Source,
    signal: AbortSignal | undefined,
    then: () => void | Promise<void>,
  ): Promise<void> => {
    let first = true;
    const columns = [{ source: 'y', type: 'text' }];
    for await (const chunk of tableOf(source, 'a').read({ columns, rowwise: false, signal }).chunks) {
      if (first && chunk.length > 0) await then();
      first = false;
    }
  };
  const controller = new AbortController();
  const stopped = await open(url, options({ signal: controller.signal }));
  const reason = new Error('enough');
  await assert.rejects(
    reading(stopped, controller.signal, () => controller.abort(reason)),
    (error) => error === reason,
  );
  await stopped.close();
  const source = await open(url, options());
  const problem = await problemOf(reading(source, undefined, takeAway));
  await source.close();
  return problem;
}

/** The problem that the work ends with. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const problem = await work.then(
    () => assert.fail('there is no problem'),
    (error: unknown) => error,
  );
  assert.ok(problem instanceof Problem, String(problem));
  return problem;
}
