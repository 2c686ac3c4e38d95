import { printable } from '../text/printable.ts';
import { Problem } from '../problem.ts';

/** What a SQLSTATE means for the one object that was asked for. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export type Failure =
  | 'permission'
  | 'row-security'
  | 'timeout'
  | 'lock'
  | 'gone'
  | 'search-path'
  | 'unlogged'
  | 'foreign'
  | 'read-only'
  | 'lost'
  | 'error';

/** What the SQLSTATEs that are told apart mean; others by their class, see `failureOf`. */
export const failures: Readonly<Record<string, Failure>> = {
  '42501': 'permission',
  '57014': 'timeout', // statement_timeout ends a statement as a cancel request does
  '55P03': 'lock',
  '40P01': 'lock', // deadlock detected
  '42P01': 'gone', // undefined_table
  '42703': 'gone', // undefined_column
  '3F000': 'gone', // invalid_schema_name
  XX000: 'error',
  // data_corrupted: also what a reader gets when ALTER SEQUENCE replaces a sequence's file under it, once; asking again tells
  XX001: 'gone',
  '42883': 'search-path', // undefined_function: an index expression that needs its author's search_path
  '42704': 'search-path', // undefined_object: the same of a type
  '55000': 'unlogged', // object_not_in_prerequisite_state: an unlogged relation on a standby
  HV000: 'foreign',
  HV00N: 'foreign', // fdw_unable_to_establish_connection
  '08001': 'foreign', // the foreign server cannot be reached
  '25006': 'read-only',
};

/** The SQLSTATE, or the code of the operating system, that an error of a database client carries. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/**
 * The SQLSTATE that an error carries, and nothing for the codes of others that look like one: of the operating system (`EPIPE`), of
 * Prisma (`P1017`). PostgreSQL has no class that begins so, but a function may raise any: what says `severity` is a server's.
 */
export function sqlState(error: unknown): string | undefined {
  const code = errorCode(error);
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  const isServers = typeof (error as { severity?: unknown }).severity === 'string';
  return isServers || !/^(?:E[0-9A-Z]{4}|P[1-9]\d{3})$/.test(code) ? code : undefined;
}

/** What an error of a database client says, without its stack, in one line: it names what others named. A Problem may have several. */
export function errorMessage(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return printable(error instanceof Error ? error.message : String(error));
}

/** What the error of `failing` says, ahead of what has changed. */
const mark = 'changed since pgseq looked';

/**
 * A statement that ends its transaction with an error where a query finds something to be other than it was: then it gives
 * rows, each naming one thing. No code of a server's own is free for that error: PL/pgSQL need not be there. For the hardened
 * search_path.
 */
export function failing(query: string): string {
  return `select pg_catalog.concat('${mark}: ', pg_catalog.string_agg(q.what::pg_catalog.text, ', '))::pg_catalog.int4 from (${query}) q (what) having pg_catalog.count(*) > 0`;
}

/** Whether a transaction was ended by a statement of `failing`. */
export function isChange(error: unknown): boolean {
  return errorCode(error) === '22P02' && errorMessage(error).includes(mark); // invalid_text_representation
}

/** What the server advises about an error, in one line, or a Problem in several; null where it does not. */
export function errorHint(error: unknown): string | null {
  const hint = (error as { hint?: unknown } | null)?.hint;
  if (typeof hint !== 'string' || hint === '') return null;
  return error instanceof Problem ? hint : printable(hint);
}

/** What an error says of one object; with the server's advice where it is short of something (class 53) that it could be given. */
export function errorDetail(error: unknown): string {
  const hint = errorCode(error)?.startsWith('53') ? errorHint(error) : null;
  return hint === null ? errorMessage(error) : `${errorMessage(error)}: ${hint}`;
}

/**
 * What went wrong for the object that was asked for. `lost` means that the session itself is gone, so that nothing more can
 * be asked on it: no SQLSTATE at all, class 08 (connection exceptions), or 57P01 to 57P05 (the server ended it).
 */
export function failureOf(error: unknown): Failure {
  const code = sqlState(error);
  if (code === undefined) return 'lost';
  if (/^57P0[1-5]$/.test(code)) return 'lost';
  if (code === '42501' && /row-level security/.test(errorMessage(error))) return 'row-security';
  if (isChange(error)) return 'gone';
  if (code === '0A000' && /unlogged/.test(errorMessage(error))) return 'unlogged'; // on a standby
  return failures[code] ?? (code.startsWith('HV') ? 'foreign' : code.startsWith('08') ? 'lost' : 'error');
}
