import { Readable } from 'node:stream';
import { importFrom } from '../import.ts';
import type { ImportOptions } from '../options.ts';
import type { LoadReport } from '../../core/model/load-report.ts';
import { provedElementSize } from '../../pg/limit.ts';
import type { LoadSession } from '../../pg/query/target.ts';
import { openSource } from './index.ts';

/** How to import a file or a database; every field may be left out. */
export interface FileOptions extends ImportOptions {
  /** What the file is; its content and its name tell otherwise. */
  readonly format?: 'csv' | 'tsv' | 'ndjson' | 'json' | undefined;
  /** The columns of a CSV or TSV without a header, in their order. */
  readonly columns?: readonly string[] | undefined;
  /** What stands between the values of a CSV: a comma unless given. */
  readonly delimiter?: string | undefined;
  /** Of a CSV, as PostgreSQL calls it: UTF8 unless given. */
  readonly encoding?: string | undefined;
  /** What stands for NULL in a CSV or TSV: an empty field, and `\N`, unless given. */
  readonly nullText?: string | undefined;
  /** What becomes of dates that MySQL knows and PostgreSQL does not, such as 0000-00-00: an error unless given. */
  readonly zeroDates?: 'null' | 'reject' | undefined;
  /** The most bytes that one thing may have which is read as a whole, such as a JSON element: 64 MB unless given, and 500 MB at most. */
  readonly maxElement?: number | undefined;
  /** What is read where the source is `-`: the body of a request, say. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** The variables that a `postgres://` or `mysql://` source may take a password from. None unless given. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Loads a file, `-` for `input`, `sqlite:FILE`, or another database by its URL, as `pgseq import` does: all or nothing, ids
 * kept, and every sequence beyond them. `db` as for importRows. Throws a Problem that names the row which does not fit; nothing
 * was imported then.
 */
export async function importFile(db: LoadSession, source: string, options: FileOptions = {}): Promise<LoadReport> {
  const { format, columns, delimiter, encoding, nullText, zeroDates, maxElement, input, env, ...rest } = options;
  const tables = options.tables ?? [];
  const opened = await openSource(source, {
    table: tables.length === 1 ? (tables[0] ?? null) : null,
    tables,
    columns: columns ?? null,
    delimiter: delimiter ?? null,
    encoding: encoding ?? null,
    nullText: nullText ?? null,
    zeroDates: zeroDates ?? 'reject',
    format: format ?? null,
    maxElement: maxElement === undefined ? undefined : provedElementSize(maxElement, `maxElement ${maxElement}`),
    input: () => Readable.from(input ?? []),
    env: env ?? {},
    cwd: '.',
    signal: options.signal,
    onNote: (note) => options.onCaution?.(note),
  });
  try {
    return await importFrom(db, [opened], rest);
  } finally {
    await opened.close();
  }
}
