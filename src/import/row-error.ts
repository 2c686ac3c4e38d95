import { Problem } from '../problem.ts';
import { isLost } from '../pg/connection/session.ts';
import { errorCode, errorHint, errorMessage, sqlState } from '../pg/sqlstate.ts';
import type { OnConflict, TableLoad } from './plan.ts';
import type { RowStream } from './source.ts';

/** Where COPY stood when it failed, by its own count of lines. */
export interface CopyPlace {
  readonly line: number;
  readonly column: string | null;
  /** The value as the server shows it: in quotes, cut where it is long. */
  readonly value: string | null;
}

/**
 * Reads the place from the context of an error: `COPY users, line 3, column id: "x"`. The words between are the server's
 * language. Null where it does not tell: what a constraint trigger says at the end of the statement.
 */
export function copyPlace(error: unknown, name: string, columns: readonly string[]): CopyPlace | null {
  const where = (error as { where?: unknown } | null)?.where;
  const head = `COPY ${name}, `;
  const at = typeof where === 'string' ? `\n${where}`.lastIndexOf(`\n${head}`) : -1;
  if (at < 0) return null;
  const [, digits, rest = ''] = /^\S+ (\d+)(.*)$/s.exec((where as string).slice(at + head.length)) ?? [];
  if (digits === undefined) return null;
  const named = columns
    .filter((column) => rest.startsWith(column, rest.indexOf(' ', 2) + 1))
    .sort((a, b) => b.length - a.length)[0];
  const isColumn = rest.startsWith(', ') && named !== undefined;
  const shown = isColumn ? rest.slice(rest.indexOf(named) + named.length).replace(/^: /, '') : '';
  return { line: Number(digits), column: isColumn ? named : null, value: shown.startsWith('"') ? shown : null };
}

/** Why a row was not taken, in PostgreSQL's words and with what it adds to them. */
export function reasonOf(error: unknown): string {
  const detail = (error as { detail?: unknown } | null)?.detail;
  return typeof detail === 'string' ? `${errorMessage(error)}: ${detail}` : errorMessage(error);
}

/** Whether an error is about rows, and not about the session, the table, or what the role may do. */
export function isAboutRows(error: unknown): boolean {
  const code = sqlState(error) ?? '';
  // Cardinality (two rows with the key of one), data, integrity constraint, WITH CHECK OPTION, what triggers raise, limits of a value
  return /^(?:21|22|23|44|P0|54)/.test(code);
}

/** character_not_in_repertoire */
const badEncoding = '22021';

/** unique_violation */
const taken = '23505';

/** What a file in another encoding is to be read by. */
export const encodingHint =
  'if it is not in UTF-8, give its encoding: --encoding LATIN1, or WIN1252 for files from Excel';

/** What went wrong with the rows of a table, in words: of which source, and which row where that is known. */
export function importProblem(
  error: unknown,
  load: TableLoad,
  stream: RowStream | null,
  place: CopyPlace | null,
  onConflict: OnConflict = 'error',
): unknown {
  const code = errorCode(error);
  if (error instanceof Problem || code === undefined || isLost(error)) return error;
  const at = place === null || stream === null ? null : stream.placeOf(place.line);
  const where = [
    load.source.tables.length === 1 || load.table.name === null
      ? load.source.name
      : `${load.source.name}, ${load.table.name}`,
    ...(at === null ? [] : at.line === null ? (at.row === null ? [] : [`row ${at.row}`]) : [`line ${at.line}`]),
    ...(place === null || place.column === null ? [] : [`column ${sourceName(load, place.column)}`]),
  ].join(', ');
  const reason = reasonOf(error);
  const value = place?.value ?? null;
  const shown = value === null || reason.includes(value.slice(1, -1)) ? '' : ` (${value})`;
  const isEncoded = code === badEncoding && load.table.bytes !== null && !reason.endsWith(': 0x00');
  const advice = [
    ...(isEncoded ? [encodingHint] : []),
    ...(code === taken && onConflict === 'error'
      ? ['if that row exists already: --on-conflict skip leaves it as it is, --on-conflict update overwrites it']
      : []),
    ...(isAboutRows(error) && !isEncoded ? ['--rejects FILE writes bad rows to a file and continues'] : []),
  ];
  const hints = [...hintsOf(error), ...advice];
  return new Problem(`${where}: ${reason}${shown}`, {
    hint: hints.length === 0 ? undefined : hints,
    code,
    cause: error,
  });
}

/** The source's name of a column that the server named. */
function sourceName({ columns }: TableLoad, name: string): string {
  return columns.find(({ target }) => target.name === name)?.source ?? name;
}

function hintsOf(error: unknown): string[] {
  const hint = errorHint(error);
  return hint === null ? [] : [hint];
}

const nothing = 'nothing was imported';

/** The same error, which says that the import was undone. */
export function undone(error: unknown): unknown {
  if (isLost(error)) return lostProblem(error);
  const code = errorCode(error);
  const isSaid = error instanceof Problem && (code === unresolved || error.hint?.includes(nothing) === true);
  if (isSaid || (!(error instanceof Problem) && sqlState(error) === undefined)) return error;
  const hints = error instanceof Problem ? (error.hint?.split('\n') ?? []) : hintsOf(error);
  return new Problem(error instanceof Problem ? error.message.split('\n') : reasonOf(error), {
    hint: [nothing, ...hints],
    code,
    cause: error,
  });
}

/** transaction_resolution_unknown */
export const unresolved = '08007';

/** The session is gone, and the transaction with it. */
export function lostProblem(error: unknown): Problem {
  return new Problem(`the connection to the server was lost: ${errorMessage(error)}`, {
    hint: `${nothing}; a sequence may be ahead, which does no harm. The server's log says why`,
    code: '08006',
    cause: error,
  });
}
