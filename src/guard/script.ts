import { safeSearchPath } from '../pg/query/session-settings.ts';

/** What a unit of statements does beside guarding: locks, and what it opens. Each with what tells it. */
const effects: readonly (readonly [RegExp, string])[] = [
  [
    /^create schema /m,
    'creates the schema pgseq, which everybody may use, and the functions that guards call; locks no table',
  ],
  [/^create event trigger /m, 'from then on every CREATE TABLE in this database runs it'],
  [
    /^select pgseq\.protect\(|^alter table .* trigger /,
    'writers of the table wait until this is committed, readers do not (SHARE ROW EXCLUSIVE)',
  ],
  [/^drop trigger /, 'blocks all reads and writes of the table until this is committed (ACCESS EXCLUSIVE)'],
];

/** Units of statements as a script for psql: each a transaction of its own. The empty text when there are none. */
export function guardScript(units: readonly (readonly string[])[], lockTimeout: number): string {
  return units
    .filter((statements) => statements.length > 0)
    .map((statements) =>
      [
        ...effects.flatMap(([pattern, says]) => (statements.some((sql) => pattern.test(sql)) ? [`-- ${says}`] : [])),
        'begin;',
        `${safeSearchPath};`,
        `set local lock_timeout = ${lockTimeout};`,
        ...statements.map((statement) => statement.replace(/;?\s*$/, ';')),
        'commit;\n',
      ].join('\n'),
    )
    .join('\n');
}
