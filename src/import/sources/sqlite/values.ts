import { quoteName } from '../../../pg/identifier.ts';
import { type TargetKind, targetKind } from '../target-type.ts';
import { type DateUnit, dateSql } from './dates.ts';
import type { Forms } from './reader.ts';

/** The kinds of values that SQLite has beside NULL. It stores any of them in any column. */
type Storage = 'text' | 'integer' | 'real' | 'blob';

/**
 * A column as SQL: null, or what PostgreSQL is to read for the type that it has there. What PostgreSQL would misread or cannot
 * hold becomes something that it refuses, with the line, the column, and what was wrong.
 */
export function valueSql(name: string, type: string, unit: DateUnit, forms: Forms): string {
  const column = quoteName(name);
  const digits = `cast(${column} as text)`;
  const refused = (what: string): string => `'(${what} ' || ${digits} || ')'`;
  const plain: Record<Storage, string> = {
    text: forms.text(column),
    integer: digits,
    real: forms.real(column),
    blob: forms.text(digits),
  };
  const hex = (bytes: string): string => `'${forms.backslash}x' || hex(${bytes})`;
  const dates = { integer: dateSql(column, unit), real: refused('the number') };
  const special: Partial<Record<TargetKind, Partial<Record<Storage, string>>>> = {
    bytea: {
      text: hex(column),
      integer: hex(digits),
      real: `'${forms.backslash}x' || ${refused('the number')}`,
      blob: hex(column),
    },
    uuid: { blob: `hex(${column})` },
    timestamp: dates,
    date: dates,
    timestamptz: {
      text: `${forms.text(column)} || ${offset(column)}`,
      integer: `${dates.integer} || '+00'`,
      real: dates.real,
    },
    time: { integer: refused('the number'), real: refused('the number') },
  };
  const chosen = { ...plain, ...special[targetKind(type)] };
  const cases = (['text', 'integer', 'real', 'blob'] as const).map(
    (storage) => `when '${storage}' then ${chosen[storage]}`,
  );
  return `case typeof(${column}) ${cases.join(' ')} end`;
}

const digit = '[0-9]';
const date = [digit.repeat(4), digit.repeat(2), digit.repeat(2)].join('-');
const time = [digit.repeat(2), digit.repeat(2), digit.repeat(2)].join(':');

/** The offset that a date of SQLite's lacks, or nothing. The two forms that nearly all have are told first: looking for a letter anywhere takes longer than all else. */
function offset(column: string): string {
  const signAt = (place: number): string =>
    `length(${column}) > ${10 - place} and substr(${column}, ${place}, 1) in ('+', '-')`;
  return (
    `case when ${column} glob '${date}?${time}' then '+00' when ${signAt(-3)} or ${signAt(-6)} then '' ` +
    `when ${isUtc(column)} then '+00' else '' end`
  );
}

/**
 * Whether a text is a date, with or without a time, that says no offset: SQLite's own functions write and read those as UTC.
 * PostgreSQL would take them for the time of its session.
 */
function isUtc(column: string): string {
  return `${column} glob '${date}*' and substr(${column}, 11) not glob '*[-+a-zA-SU-Z]*'`;
}
