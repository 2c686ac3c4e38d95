import { Problem } from '../../pg/problem.ts';
import { errorCode, errorMessage } from '../../pg/sqlstate.ts';
import type { Load } from './plan.ts';
import { nameOf } from './plan.ts';
import type { RowStream } from './source.ts';

/** What PostgreSQL said about a row. */
export interface RowError {
  /** The line that COPY counted; null where it does not say. */
  readonly line: number | null;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: string | null;
  readonly message: string;
  readonly detail: string | null;
}

/** What an error says about the row; null for an error that is not the row's: the connection, a lock, the disk. */
export function rowError(error: unknown, table: string): RowError | null {
  const code = errorCode(error) ?? null;
  // Class 22: data exceptions, 23: integrity constraints, P0001: a trigger said no; and COPY's own complaints about its form
  if (code === null || !/^(?:22|23|P0001)/.test(code)) return null;
  const { where = '', detail } = error as { where?: string; detail?: string };
  const { line, column, value } = placeIn(where, table);
  return { line, column, value, code, message: errorMessage(error), detail: detail ?? null };
}

/** `COPY users, line 3, column age: "abc"`: in whatever language, the name comes first, then the number, then the column. */
function placeIn(where: string, table: string): Pick<RowError, 'line' | 'column' | 'value'> {
  const begin = `COPY ${table}, `;
  const line = where.split('\n').find((one) => one.startsWith(begin));
  const [, digits, column, value] =
    /^\D*(\d+)(?:, \S+ (.+?): (?:["»„“«](.*)["«“”»]|.*)|: ["»„“«].*)?/s.exec(line?.slice(begin.length) ?? '') ?? [];
  return {
    line: digits === undefined ? null : Number(digits),
    column: column ?? null,
    value: value ?? null,
  };
}

/** The error as people are told it: where the row is, which column and value, and PostgreSQL's own reason. */
export function badRow(error: unknown, { from, target }: Load, stream: RowStream | null, copied: string): unknown {
  const found = rowError(error, copied);
  if (found === null) return error;
  const place = stream === null || found.line === null ? null : stream.placeOf(found.line);
  const where =
    place === null
      ? ''
      : place.line === null
        ? place.row === null
          ? ''
          : `, row ${place.row}`
        : `, line ${place.line}`;
  const column = found.column === null ? '' : `, column ${found.column}`;
  const value = found.value === null ? '' : ` (${JSON.stringify(found.value)})`;
  const detail = found.detail === null ? '' : `; ${found.detail}`;
  return new Problem(`${from}${where}${column}${value}: ${found.message}${detail}`, {
    hint: `nothing was imported into ${nameOf(target)}, nor anywhere else; --rejects FILE goes on without such rows`,
    code: found.code ?? undefined,
    cause: error,
  });
}
