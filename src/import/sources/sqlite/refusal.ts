import { Problem } from '../../../problem.ts';
import { errorMessage } from '../../../pg/sqlstate.ts';

/** What SQLite says, and what it means for whoever wants to read the file. Both readers pass on the same words. */
const meanings: readonly (readonly [RegExp, string, string])[] = [
  [
    /file is not a database|file is encrypted/,
    'is not an SQLite database, or is encrypted',
    'decrypt an encrypted one into another file first (SQLCipher: sqlcipher_export)',
  ],
  [
    /disk image is malformed|malformed database schema/,
    'is damaged',
    'restore it from a backup, or recover what can be read: sqlite3 FILE .recover | sqlite3 RECOVERED',
  ],
  [
    /database is locked|database table is locked/,
    'is locked: another process has been writing to it for more than 5 seconds',
    'run it again when that process has finished',
  ],
  [
    /attempt to write a readonly database|unable to open database file/,
    'cannot be read yet: SQLite first has to recover or index the files that an earlier process left next to it (-journal, -wal)',
    'open it once with sqlite3 as its owner, or copy it, together with those files, into a directory that you can write to',
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
