import { type Connect, unknown } from '../../dump/connect.ts';
import type { DumpContents } from '../../dump/contents.ts';
import { type Cut, cutMessage } from '../../dump/ending.ts';
import { counted } from '../../text/counted.ts';
import type { occupied } from '../../pg/query/queries.ts';
import type { Archive } from '../../pg/archive/recognize.ts';
import type { ConnectionSettings } from '../../pg/conninfo/index.ts';
import { Problem } from '../../problem.ts';
import { shellWord } from '../../pg/shell.ts';
import type { Raw, Words } from '../command.ts';
import { formatOf, type ToldClient } from './client-options.ts';
import { isOption, readRest } from './rest.ts';

type Occupant = Awaited<ReturnType<typeof occupied>>[number];

/** The options of pg_restore and psql that say where to or what; so does a word that is no option. */
const leading = [
  ['d', 'dbname'],
  ['h', 'host'],
  ['p', 'port'],
  ['U', 'username'],
  ['f', 'file'],
  ['l', 'list'],
  ['C', 'create'],
] as const;

/** How many of a long list are named. */
const mostNamed = 5;

/** Throws a Problem where a restore would go into a database that is in use, unless that was asked for. */
export function refuseOccupied(
  database: string,
  occupants: readonly Occupant[],
  { intoExisting, clean }: { readonly intoExisting: boolean; readonly clean: boolean },
): void {
  const tables = occupants.filter(({ kind }) => kind === 'table').map(({ schema, name }) => `${schema}.${name}`);
  if (tables.length > 0 && !intoExisting && !clean)
    throw new Problem(`${database} already has ${counted(tables.length, 'table')}: ${named(tables)}`, {
      hint: 'nothing was restored; name an empty database (createdb), or confirm with --into-existing',
    });
  const sessions = occupants
    .filter(({ kind }) => kind === 'session')
    .map(
      ({ schema, name, rootSchema }) =>
        `${name ?? 'somebody'} (process ${schema}${rootSchema === null || rootSchema === '' ? '' : `, ${rootSchema}`})`,
    );
  if (clean && sessions.length > 0)
    throw new Problem(
      `--clean drops objects in use, and ${counted(sessions.length, `other session of ${database} is`, `other sessions of ${database} are`)} connected: ${named(sessions)}`,
      { hint: 'nothing was restored; stop the applications first, or restore into a new database and rename that' },
    );
}

/** Throws a Problem for a script that was cut: psql would run it to its end, and store the half of a value that it ends with. */
export function refuseCut({ name }: Archive, cut: Cut | null): void {
  if (cut !== null)
    throw new Problem(cutMessage(name, cut), {
      hint: 'nothing was restored; dump it or copy it again. To restore it as it is, remove the line "-- PostgreSQL database dump" from it',
    });
}

/** Throws a Problem where a script would turn to another database than the one that was looked at, whatever is in that one. */
export function refuseElsewhere(
  { name }: Archive,
  { connects }: Pick<DumpContents, 'connects'>,
  { database, hosts }: Pick<ConnectionSettings, 'database' | 'hosts'>,
): void {
  const isThere = (one: Connect): boolean =>
    (one.host === null && one.port === null) ||
    hosts.some(
      ({ host, hostaddr, port }) =>
        (one.host === null || one.host === host || one.host === hostaddr) &&
        (one.port === null || one.port === String(port)),
    );
  const elsewhere = [
    ...new Set(
      connects.flatMap((one) =>
        one.database === unknown
          ? [`one that only psql can resolve (line ${one.line})`]
          : (one.database ?? database) === database && isThere(one)
            ? []
            : [
                [
                  one.database ?? database,
                  isThere(one) ? '' : ` on ${one.host ?? 'port'}${one.port === null ? '' : ` ${one.port}`}`,
                ].join(''),
              ],
      ),
    ),
  ];
  if (elsewhere.length > 0)
    throw new Problem(`${name} switches from ${database} to other databases with \\connect: ${named(elsewhere)}`, {
      hint: 'nothing was restored; name that database, remove the \\connect (pg_dump without --create), or run it with psql and run pgseq fix on each database',
    });
}

/**
 * Throws a Problem for a script with commands of psql's that no dump needs: psql runs programs, reads files and connects for whoever wrote
 * them.
 */
export function refuseCommands({ name: archive }: Archive, { commands }: Pick<DumpContents, 'commands'>): void {
  const strange = commands.filter(({ name, isAlone }) => !isAlone || !dumpCommands.has(name));
  if (strange.length > 0)
    throw new Problem(
      [
        `--restrict: ${archive} has ${counted(strange.length, 'psql command')} that no dump needs:`,
        ...strange.slice(0, mostLines).map(({ name, line }) => `  line ${line}: \\${name}`),
        ...(strange.length > mostLines ? [`  … and ${strange.length - mostLines} more`] : []),
      ],
      { hint: 'nothing was restored; look at them, and omit --restrict if they are intended' },
    );
}

/** What pg_dump and pg_dumpall write; a `\\connect` that leaves the database is refused anyway. */
const dumpCommands: ReadonlySet<string> = new Set(['restrict', 'unrestrict', 'connect', 'c']);

/** How many commands are named. */
const mostLines = 20;

function named(list: readonly string[]): string {
  return `${list.slice(0, mostNamed).join(', ')}${list.length > mostNamed ? ', …' : ''}`;
}

/** Throws a Problem where the archive is of another kind than somebody says. */
function refuseOther({ name, kind }: Archive, raw: Raw): void {
  const said = raw['archiveFormat'];
  if (typeof said !== 'string') return;
  const meant = formatOf(said);
  if (meant === null) throw new Problem(`-F ${said}: expected custom, directory, tar or plain`);
  const called = (one: Archive['kind']): string => (one === 'script' ? 'script' : `${one} archive`);
  if (meant !== kind)
    throw new Problem(`-F says it is a ${called(meant)}, but ${name} is a ${called(kind)}`, {
      hint: 'omit -F: the format is detected',
    });
}

/** Throws a Problem for options that the archive does not go with. */
export function refuseUnfit(archive: Archive, told: ToldClient, words: Words, raw: Raw): void {
  refuseOther(archive, raw);
  if (archive.kind === 'script' && told.notForPsql.length > 0)
    throw new Problem(
      `${archive.name} is a script, which psql runs as a whole, without ${told.notForPsql.join(', ')}`,
      {
        hint: 'an archive (pg_dump --format=custom) can be restored in parts',
      },
    );
  if (archive.compression !== null && raw['jobs'] !== undefined)
    throw new Problem(`--jobs needs random access, and ${archive.name} is compressed as a whole`, {
      hint: 'decompress it first (gunzip, unzstd), or omit --jobs',
    });
  const rest = readRest(words.rest ?? [], archive.kind === 'script' ? 'psql' : 'pg_restore');
  const own = rest.find(
    (word) => word.option === null || leading.some(([letter, name]) => isOption(word, letter, name)),
  );
  if (own !== undefined)
    throw new Problem(`${own.typed} after -- would restore into a database other than the one pgseq checks`, {
      hint: `give the target before --: pgseq restore ${shellWord(archive.name)} CONNECTION -- …`,
    });
}
