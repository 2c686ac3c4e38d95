import { Problem } from '../../../problem.ts';
import { errorMessage } from '../../../pg/sqlstate.ts';

/** What SQLite says, and what it means for whoever wants to read the file. Both readers pass on the same words. */
const meanings: readonly (readonly [RegExp, string, string])[] = [
  [
    /file is not a database|file is encrypted/,
    'is no SQLite database, or an encrypted one',
    'decrypt an encrypted one into a file of its own first (SQLCipher: sqlcipher_export)',
  ],
  [
    /disk image is malformed|malformed database schema/,
    'is damaged',
    'restore it from a backup, or take what can be read: sqlite3 FILE .recover | sqlite3 RECOVERED',
  ],
  [
    /database is locked|database table is locked/,
    'is locked: another process has been writing to it for more than 5 seconds',
    'run it again when that is done',
  ],
  [
    /attempt to write a readonly database|unable to open database file/,
    'cannot be read as it stands: SQLite has to finish or to index first what an earlier process left beside it (-journal, -wal)',
    'open it once with sqlite3 as its owner, or copy it, together with those files, into a folder that you may write to',
  ],
];

/** An error of SQLite's as a Problem that names the file. */
export function refusal(error: unknown, name: string): unknown {
  if (error instanceof Problem || !(error instanceof Error) || error.name === 'AbortError') return error;
  const said = errorMessage(error).replace(
    /^(?:Error|Parse error|Runtime error)(?: near line \d+)?: (?:in prepare, |stepping, )?/,
    '',
  );
  const [, what, hint] = meanings.find(([pattern]) => pattern.test(said)) ?? [];
  if (what === undefined) return new Problem(`${name} cannot be read: ${said}`, { cause: error });
  return new Problem(`${name} ${what}`, { hint, cause: error });
}
