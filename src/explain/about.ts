import { columnNames } from './names.ts';
import { type Statement, statementsIn } from './statement.ts';
import type { ErrorText } from './error-text.ts';

/** `(id)=(5)`, as DETAIL has it in every language. */
export function keyIn(text: string): { columns: string[]; value: string } | null {
  const match = /\(((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))+)\)\s?=\s?\(([^\n]*?)\)(?=$|["'»«”“’`\s.,:;)])/u.exec(
    text,
  );
  return match === null ? null : { columns: columnNames(match[1] ?? ''), value: match[2] ?? '' };
}

type TablePart = Pick<ErrorText, 'schema' | 'table' | 'statement' | 'given'>;

/** What stands around an error, of its own session. */
interface Around {
  readonly before: string;
  readonly after: string;
  /** What stands before it on its own line. */
  readonly sameLine: string;
  /** The log says which session each line is of. */
  readonly tagged: boolean;
}

/** The table that an error is about, and what its statement gave. */
export function tableOf(around: Around, key: Pick<ErrorText, 'constraint' | 'columns' | 'value'>): TablePart {
  const { statement, isSure } = statementOf(around, key.constraint);
  const all = `${around.after}\n${around.before}`;
  const table = fieldOf(all, ['table', 'TableName', 'TABLE NAME', 'Table']);
  const schema = fieldOf(all, ['schema', 'SchemaName', 'SCHEMA NAME', 'Schema']);
  const given = statement === null || !isSure ? null : givenOf(statement, key);
  return {
    schema: table === null ? (statement?.schema ?? null) : schema,
    table: table ?? tableIn(statement, key.constraint),
    statement: isSure ? (statement?.kind ?? null) : null,
    given,
  };
}

/** Its table, in the letters of the constraint where the quotes that kept them are lost: `User_pkey` is not of user. */
function tableIn(statement: Statement | null, constraint: string | null): string | null {
  if (statement === null) return null;
  const { table } = statement;
  const start = (constraint ?? '').slice(0, table.length);
  return start !== table && start.toLowerCase() === table && (constraint ?? '').startsWith('_', table.length)
    ? start
    : table;
}

/** A field of a driver's error, by the first of its names: `table: 'users'`, `"TableName":"users"`, `table: Some("users")`, `TABLE NAME:  users`. */
function fieldOf(text: string, names: readonly string[]): string | null {
  for (const name of names) {
    const match = new RegExp(
      String.raw`(?:^|[\s{,"'(])${name}(?:_name)?["']?\s*[:=]\s*(?:Some\()?(?:["']([^"'\n]+)["']|([\p{L}_][\p{L}\p{N}_$]*)(?=\s|$))`,
      'mu',
    ).exec(text);
    const value = match?.[1] ?? match?.[2] ?? null;
    if (value !== null && value !== 'undefined' && value !== 'null' && value !== 'None') return value;
  }
  return null;
}

/**
 * The statement that failed: what is shown with the error, else the nearest before it that did not succeed. Not sure: there are
 * several before it, and nothing says which one it was.
 */
function statementOf(
  { before, after, sameLine, tagged }: Around,
  constraint: string | null,
): { statement: Statement | null; isSure: boolean } {
  const own = after.slice(0, later.exec(after)?.index ?? after.length);
  const [shown] = statementsIn(own);
  const on = statementsIn(sameLine).at(-1);
  const failed = statementsIn(before)
    .filter((one) => fits(one, constraint))
    .filter((one) => !done.test(before.slice(one.end)) && !isTimed(before, one));
  const nearest = failed.at(-1) ?? null;
  // A transcript shows each statement on a line of its own, ahead of what came of it
  const isNext =
    shown !== undefined && nearest !== null && /(?:^|\n)\s*(?:[\w-]+[=-][#>*]\s*)?$/.test(own.slice(0, shown.index));
  if (shown !== undefined && !isNext) return { statement: shown, isSure: true };
  if (on !== undefined) return { statement: on, isSure: true };
  const differ = failed.some((one) => String(one.given) !== String(nearest?.given) || one.kind !== nearest?.kind);
  return { statement: nearest, isSure: tagged || !differ };
}

/** A message of a log that is none of the error's own: what the session did next. */
const later =
  /\n[^\n]*(?:\b(?:LOG|DEBUG\d?|INFO|LOGG|DZIENNIK|СООБЩЕНИЕ)\b|日志|로그|\b(?:statement|execute\s\S+|duration|Anweisung):|^[DI], \[)/u;

/** What stands behind a statement that succeeded. */
const done = /\bCOMMIT\b|\b(?:INSERT 0|UPDATE|COPY) \d+\s*$|^(?:INSERT 0|UPDATE|COPY) \d+/m;

/** PostgreSQL says how long a statement took when it is through. */
function isTimed(text: string, { index }: Statement): boolean {
  return /\bduration: [\d.]+ ms\b[^\n]*$/.test(text.slice(Math.max(0, index - 300), index));
}

/** Whether a statement may be what a constraint refused: those that PostgreSQL names begin with their table's. */
function fits({ table }: Statement, constraint: string | null): boolean {
  if (constraint === null || !/_(?:pkey|key|idx)\d*$/.test(constraint) || constraint.length > 60) return true;
  return constraint.toLowerCase().startsWith(`${table.toLowerCase()}_`);
}

/** The columns that it gave. Without a list of columns, the one of the key where the value is among those that were given. */
function givenOf(
  { kind, given, rows }: Statement,
  { columns, value }: Pick<ErrorText, 'columns' | 'value'>,
): readonly string[] | null {
  if (kind !== 'insert' || rows === null || given !== null) return given;
  if (rows.every(([first]) => first === null)) return [];
  const has = rows.flat().some((one) => one !== null && (value === null || one.replace(/^'([^]*)'$/, '$1') === value));
  const isParameter = rows.some(([first]) => /^(?:[$:%@]|\?)/.test(first ?? ''));
  return columns !== null && (has || isParameter) ? columns : null;
}
