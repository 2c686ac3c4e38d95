import { hardened } from '../../pg/polite.ts';

/** Units of statements as a script for psql: each a transaction of its own. The empty text when there are none. */
export function guardScript(units: readonly (readonly string[])[], lockTimeout: number): string {
  return units
    .filter((statements) => statements.length > 0)
    .map((statements) =>
      [
        'begin;',
        `${hardened};`,
        `set local lock_timeout = ${lockTimeout};`,
        ...statements.map((statement) => statement.replace(/;?\s*$/, ';')),
        'commit;\n',
      ].join('\n'),
    )
    .join('\n');
}
