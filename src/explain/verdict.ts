import type { ErrorText } from './error-text.ts';

/** Whether a sequence that is behind may be what an error is about, as far as its text tells. */
export interface ErrorVerdict {
  /** likely: everything speaks for it; possible: only the database knows; no: it is something else. */
  readonly sequence: 'likely' | 'possible' | 'no';
  /** Why, in a sentence. */
  readonly why: string;
}

/** Judges an error by its text alone. Pure. */
export function verdictOf(error: ErrorText): ErrorVerdict {
  const { kind, constraint, columns, value, table } = error;
  if (kind === 'limit') return { sequence: 'likely', why: 'The sequence has handed out its last value.' };
  if (kind === 'missing')
    return possible(`The statement names a sequence ${constraint}, but found none on its search_path.`);
  if (kind === 'name') return possible(`Connect to the database to find out whether ${constraint} is out of sync.`);
  const other = withoutSequence(error);
  if (other !== null) return no(other);
  if (kind === 'range') return rangeVerdict(error);
  if (kind === 'null')
    return possible(
      'The column got no value: its default or identity was lost, as in some migrations, or never existed; or the statement gave NULL itself.',
    );
  const [column] = columns ?? [];
  const isText = value !== null && columns?.length === 1 && !isWholeNumber(value);
  if (isText && isNoSequences(value))
    return no(`${value} is not a number, so no sequence generated it: that value is already stored.`);
  if (isText)
    return possible(
      `${value} is not a whole number. No sequence generates that by itself; a default or a function may build it from one.`,
    );
  if (columns !== null && columns.length > 1) {
    const values = value?.split(', ') ?? [];
    if (values.length > 0 && !values.some((one) => /^-?\d+$/.test(one)))
      return no('No part of the key is a whole number, so no sequence generated it.');
    return possible('The key has several columns; a sequence may feed one of them.');
  }
  if (isGiven(error))
    return possible(
      `The statement gave ${column} itself. A sequence is involved only if the application takes ${column} from one, as Hibernate, Doctrine and Entity Framework may.`,
    );
  if (isOfNumbers(constraint, column, table))
    return {
      sequence: 'likely',
      why: 'Most likely the sequence behind this primary key is out of sync: it hands out ids that already exist.',
    };
  if (column !== undefined) return possible(`${column} does not look like a column that a sequence feeds.`);
  return possible(
    constraint === null
      ? 'A key exists already; the text does not say which.'
      : `The text does not say which column ${constraint} is about.`,
  );
}

/** Why an error has nothing to do with a sequence, whatever the database holds; null where it may have. */
export function withoutSequence({ kind, constraint, schema, statement }: ErrorText): string | null {
  if (kind === 'denied')
    return `The role that ran the statement may not use the sequence. This allows it, but only to move the sequence forward: grant usage on sequence ${constraint} to that role;`;
  if (kind === 'index')
    return 'The duplicate rows were stored before the index was created: no insert and no sequence is involved.';
  if (schema === 'pg_catalog' || /^pg_\w+_index$/.test(constraint ?? ''))
    return 'Two sessions created the same object at the same time (create table, create type, create database): run the statement again.';
  if (statement === 'update')
    return kind === 'null'
      ? 'An UPDATE takes no value from a sequence: it set the column to NULL itself.'
      : kind === 'range'
        ? 'An UPDATE takes no value from a sequence: the value that it computed is too large.'
        : 'An UPDATE takes no value from a sequence: it gave a row a key that another row has.';
  if (statement === 'copy' && kind !== 'null')
    return 'The rows being loaded carry their own ids, and one of those exists already; they may have been loaded before. Run pgseq check when the load has finished: it usually leaves sequences behind.';
  return null;
}

/** Whether the statement itself gave the one column of the key. */
function isGiven({ columns, given }: ErrorText): boolean {
  const [column, ...more] = columns ?? [];
  return column !== undefined && more.length === 0 && (given ?? []).includes(column);
}

function rangeVerdict({ statement, given }: ErrorText): ErrorVerdict {
  if (statement === 'insert' && given?.length === 0)
    return {
      sequence: 'likely',
      why: 'The statement gave no value: most likely a sequence has outgrown the column that it feeds.',
    };
  return possible('A value is too large for its column: the statement gave it, or a sequence generated it.');
}

function isWholeNumber(value: string): boolean {
  return /^-?(?:0|[1-9]\d{0,18})$/.test(value);
}

/** Values that nobody makes from a sequence: UUIDs, addresses, words without a digit. */
function isNoSequences(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}$|@|^\D*$|^\d+\.\d+$/i.test(value);
}

function possible(why: string): ErrorVerdict {
  return { sequence: 'possible', why };
}

function no(why: string): ErrorVerdict {
  return { sequence: 'no', why };
}

/** Whether names say that it is the primary key, alone: PostgreSQL's, and those that ORMs make. */
function isOfNumbers(constraint: string | null, column: string | undefined, table: string | null): boolean {
  if (column !== undefined && /^(?:id|rowid|pk|_id)$/i.test(column)) return true;
  const isPrimary = /_pkey\d*$|^pk_|_pk$|^PRIMARY$/i.test(constraint ?? '');
  if (!isPrimary)
    return /_id_key\d*$/.test(constraint ?? '') && column === undefined && constraint === `${table}_id_key`;
  return column === undefined || /id$|^id|_no$|nr$|num/i.test(column);
}
