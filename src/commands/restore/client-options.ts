import type { Archive } from '../../pg/archive/recognize.ts';
import { Problem } from '../../problem.ts';
import type { OptionSpec, Raw } from '../command.ts';

/** An option that is handed on to the program that restores. */
interface ClientOption extends OptionSpec {
  /** What psql is told for it, which restores scripts; nothing where psql has nothing like it. */
  readonly psql?: readonly string[];
}

/** The options of pg_restore that choose or change what is restored, with its own letters and words. Those of 18: older programs refuse what they lack. */
export const clientOptions: readonly ClientOption[] = [
  { flags: '-a, --data-only', help: 'only the data, no schema' },
  { flags: '-s, --schema-only', help: 'only the schema, no data' },
  { flags: '-c, --clean', help: 'drop the objects to restore first; refused while others are connected' },
  { flags: '--if-exists', help: 'with --clean: no errors for missing objects' },
  { flags: '-C, --create', help: 'create the database that the archive names' },
  { flags: '-e, --exit-on-error', help: 'stop at the first error', psql: ['--set=ON_ERROR_STOP=1'] },
  { flags: '-1, --single-transaction', help: 'all in one transaction', psql: ['--single-transaction'] },
  { flags: '-j, --jobs <number>', help: 'restore with this many connections' },
  { flags: '-t, --table <name>', help: 'only this table', many: true },
  { flags: '-n, --schema <name>', help: 'only what is in this schema', many: true },
  { flags: '-N, --exclude-schema <name>', help: 'skip what is in this schema', many: true },
  { flags: '-I, --index <name>', help: 'only this index', many: true },
  { flags: '-P, --function <name>', help: 'only this function: name(args)', many: true },
  { flags: '-T, --trigger <name>', help: 'only this trigger', many: true },
  { flags: '-L, --use-list <file>', help: 'only what the table of contents in this file lists' },
  { flags: '--filter <file>', help: 'only what the patterns in this file select' },
  { flags: '--section <section>', help: 'only pre-data, data or post-data', many: true },
  { flags: '--strict-names', help: 'a pattern that matches nothing is an error' },
  { flags: '-O, --no-owner', help: 'do not restore owners' },
  { flags: '-x, --no-privileges', help: 'do not restore privileges' },
  { flags: '--no-acl', help: 'the same as --no-privileges' },
  { flags: '-v, --verbose', help: "show pg_restore's progress", psql: [] },
  { flags: '--no-comments', help: 'do not restore comments' },
  { flags: '--no-data', help: 'do not restore data' },
  { flags: '--no-data-for-failed-tables', help: 'no data for tables that could not be created' },
  { flags: '--no-policies', help: 'do not restore row-level security policies' },
  { flags: '--no-publications', help: 'do not restore publications' },
  { flags: '--no-schema', help: 'do not restore the schema' },
  { flags: '--no-security-labels', help: 'do not restore security labels' },
  // Ahead of its opposite: commander takes what has only that for set
  { flags: '--statistics', help: 'also restore statistics' },
  { flags: '--no-statistics', help: 'do not restore statistics' },
  { flags: '--no-subscriptions', help: 'do not restore subscriptions' },
  { flags: '--no-table-access-method', help: 'do not restore table access methods' },
  { flags: '--no-tablespaces', help: 'do not restore tablespaces' },
  { flags: '--statistics-only', help: 'only the statistics' },
  { flags: '--disable-triggers', help: 'disable triggers while data is restored; needs a superuser' },
  { flags: '--enable-row-security', help: 'with --data-only: respect row-level security' },
  { flags: '-S, --superuser <user>', help: 'the superuser to use for disabling triggers' },
  { flags: '--transaction-size <number>', help: 'commit after this many objects' },
  { flags: '--use-set-session-authorization', help: 'set owners with SET SESSION AUTHORIZATION' },
];

/** `-F` of pg_restore, which recognizes an archive by itself, as we do: nothing is handed on. */
export const archiveFormat: OptionSpec = {
  flags: '-F, --archive-format <format>',
  help: "pg_restore's --format: custom, directory or tar (default: detected)",
};

/** The kind of archive that a value of pg_restore's `--format` means, or pg_dump's; null: none. */
export function formatOf(value: string): Archive['kind'] | null {
  const kinds: readonly (readonly [string, Archive['kind']])[] = [
    ['custom', 'custom'],
    ['directory', 'directory'],
    ['tar', 'tar'],
    ['plain', 'script'],
  ];
  const given = value.toLowerCase();
  return kinds.find(([name]) => given === name || given === name[0])?.[1] ?? null;
}

/** Options as the programs take them. */
export interface ToldClient {
  readonly pgRestore: readonly string[];
  readonly psql: readonly string[];
  readonly notForPsql: readonly string[];
}

/** The options that were given, as each program is to be told them; what psql has nothing like is named. */
export function toldClient(raw: Raw): ToldClient {
  const given = clientOptions.flatMap((option) => {
    const long = longOf(option.flags);
    const values = valuesOf(raw, long);
    return values.length === 0 ? [] : [{ option, long, values }];
  });
  return {
    // It is always verbose: what it says tells how far it is
    pgRestore: given.flatMap(({ long, values }) =>
      (long === 'verbose' ? [] : values).map((value) => (value === true ? `--${long}` : `--${long}=${value}`)),
    ),
    psql: given.flatMap(({ option }) => option.psql ?? []),
    notForPsql: given.flatMap(({ option, long }) => (option.psql === undefined ? [`--${long}`] : [])),
  };
}

/** `--no-owner` is read as the option `owner`, set to false. */
function valuesOf(raw: Raw, long: string): readonly (string | true)[] {
  const isNegated = long.startsWith('no-');
  const value = raw[camel(isNegated ? long.slice(3) : long)];
  if (isNegated) return value === false ? [true] : [];
  if (value === true) return [true];
  return typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : [];
}

function camel(long: string): string {
  return long.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The options of pg_restore that pgseq has of its own, with the same meaning or another, or not at all: they too make a beginning ambiguous. */
const others =
  'dbname file format host list no-password no-reconnect password port restrict-key role use-list username version help'.split(
    ' ',
  );

/** The long options of pg_restore, written out where they were cut short as getopt_long allows: `--data`, `--schema-o`. Pure. */
export function writtenOut(words: readonly string[], own: readonly string[]): string[] {
  const mine = clientOptions.map(({ flags }) => longOf(flags));
  const known = new Set([...mine, ...own, 'help', 'version']);
  return words.map((word, i) => {
    // pg_restore's --format is the archive's, ours the report's: their values tell them apart
    if (formatOf(/^--format=(.*)$/s.exec(word)?.[1] ?? (word === '--format' ? (words[i + 1] ?? '') : '')) !== null)
      return word.replace('--format', `--${longOf(archiveFormat.flags)}`);
    const [, name = '', rest = ''] = /^--([\w-]+)(=.*)?$/s.exec(word) ?? [];
    if (name === '' || known.has(name)) return word;
    const meant = [...new Set([...mine, ...others])].filter((one) => one.startsWith(name));
    const [only] = meant;
    if (meant.length > 1)
      throw new Problem(`option '${word}' is ambiguous: ${meant.map((one) => `--${one}`).join(', ')}`, {
        hint: 'see: pgseq restore --help',
      });
    return only === undefined || !known.has(only) ? word : `--${only}${rest}`;
  });
}

export function longOf(flags: string): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? '';
}
