import { unquoted } from './statement.ts';

/** A list of columns, at its commas outside of parentheses. */
export function columnNames(list: string): string[] {
  return list.split(/,(?![^(]*\))/).map((name) => unquoted(name.trim()));
}
