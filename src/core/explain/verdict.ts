import type { ErrorText } from './read.ts';

/** Whether a sequence that is behind may be what an error is about, as far as its text tells. */
export interface Verdict {
  /** likely: everything speaks for it; possible: only the database knows; no: it is something else. */
  readonly sequence: 'likely' | 'possible' | 'no';
  /** Why, in a sentence. */
  readonly why: string;
}

/** Judges an error by its text alone. Pure. */
export function verdictOf(error: ErrorText): Verdict {
  if (error.kind === 'limit') return { sequence: 'likely', why: 'The sequence has handed out its last value.' };
  if (error.kind === 'index')
    return no(
      'The rows that are there twice were stored before the index was made: no insert, and no sequence, is involved.',
    );
  const { constraint, columns, value, schema, table } = error;
  if (schema === 'pg_catalog' || /^pg_\w+_index$/.test(constraint ?? ''))
    return no(
      'Two sessions made the same object at once (create table, create type, create database): run the statement again.',
    );
  if (error.statement === 'update')
    return no('An UPDATE draws from no sequence: it gave a row a key that another row has.');
  if (error.statement === 'copy')
    return no(
      'The rows that are loaded bring their ids, and one of them is there already: they have been loaded before, or twice. Sequences stand behind after a load of that kind; look at them when it is through.',
    );
  if (value !== null && columns !== null && columns.length === 1 && !/^-?(?:0|[1-9]\d{0,18})$/.test(value))
    return no(`${value} is not what a sequence hands out, which is a whole number: the row is really there.`);
  const [column] = columns ?? [];
  const given = column !== undefined && columns?.length === 1 && (error.given ?? []).includes(column);
  if (given)
    return {
      sequence: 'possible',
      why: `The statement gave ${column} itself, so the row is really there. Where it had that id from nextval, the sequence is behind.`,
    };
  if (columns !== null && columns.length > 1) {
    const values = value?.split(', ') ?? [];
    if (values.length > 0 && !values.some((one) => /^-?\d+$/.test(one)))
      return no('No part of the key is a whole number, as a sequence hands out: the row is really there.');
    return { sequence: 'possible', why: 'The key has several columns; a sequence may feed one of them.' };
  }
  if (isOfNumbers(constraint, column, table))
    return {
      sequence: 'likely',
      why: 'A primary key that a sequence feeds runs into ids that are stored already: that is how it looks.',
    };
  return {
    sequence: 'possible',
    why:
      column === undefined
        ? `What ${constraint ?? 'the constraint'} is about, the text does not say.`
        : `${column} does not look like what a sequence feeds; the row is probably there.`,
  };
}

function no(why: string): Verdict {
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
