import { counted } from '../../text/counted.ts';
import { importFrom } from '../../import/import.ts';
import type { ImportOptions } from '../../import/options.ts';
import { readTableName } from '../../import/table-name.ts';
import type { OnConflict } from '../../import/plan.ts';
import type { Source } from '../../import/source.ts';
import type { LoadReport } from '../../core/model/load-report.ts';
import { Problem } from '../../problem.ts';
import { openSource } from '../../import/sources/index.ts';
import type { SourceOptions } from '../../import/sources/options.ts';
import { readElementSize } from '../../pg/limit.ts';
import { writeChanges } from '../result/write-changes.ts';
import type { Command, Context, Outcome, Raw } from '../command.ts';
import { conflict, importConnection, looking, reading, target } from './groups.ts';
import { tellProgress } from './progress.ts';
import { openRejects } from './rejects.ts';
import { withLoading } from './session.ts';
import { mapSetting, renamesSetting } from './settings.ts';
import { environment, readConnection } from '../request/connection.ts';
import { reporting } from '../request/options.ts';
import { SettingsReader, textOption, timeoutSetting } from '../request/settings.ts';
import { withTimeout } from '../request/timeout.ts';
import { readDuration, readPercent } from '../request/values.ts';
import { ended } from '../result/ended.ts';

export const importCommand: Command = {
  name: 'import',
  description:
    'Loads rows with their ids: from CSV, TSV, NDJSON and JSON files (also .gz and .zst, and standard input), an SQLite file, a ' +
    'MySQL or MariaDB database, or another PostgreSQL. All or nothing, in one transaction for all tables, and every sequence is ' +
    'beyond the new rows before anybody can see them.\n\n' +
    'Exit code: 0 all imported and in sync, 1 findings remain (or, with --dry-run, there is something to import), 2 nothing was ' +
    'imported, or not every row was.',
  arguments: [
    {
      shape: '<sources...>',
      help: 'a file, - for standard input, sqlite:FILE, mysql://…, mariadb://… or postgres://…',
      offers: 'files',
    },
  ],
  groups: [target, reading, conflict, importConnection, looking, reporting],
  examples: [
    'pgseq import users.csv --to "$DATABASE_URL"',
    'pgseq import old.sqlite3 --to app --dry-run',
    'clickhouse-client -q "…" | pgseq import - --table events -d app',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, importCommand.groups);
    const tables = settings.many('table', readTableName, '--table');
    const options: ImportOptions = {
      tables,
      renameTables: renamesSetting(settings),
      map: mapSetting(settings),
      onConflict: settings.one('onConflict', (text) => text as OnConflict),
      truncate: settings.flag('truncate'),
      dryRun: settings.flag('dryRun'),
      role: settings.one('role', (text) => text),
      maxJump: settings.one('maxJump', readPercent),
      statementTimeout: settings.one('statementTimeout', readDuration),
      trustOwners: settings.flag('trustOwners'),
      readForeign: settings.flag('readForeign'),
    };
    const timeout = timeoutSetting(settings);
    if (raw['truncate'] === true && options.onConflict !== undefined && options.onConflict !== 'error')
      settings.mistake('--truncate leaves no rows to conflict with, so --on-conflict has no meaning with it');
    const maxElement = settings.one('maxElement', readElementSize);
    settings.finish();
    const to = readTarget(raw, context);
    for (const note of to.notes) context.note(note);
    const file = textOption(raw, 'rejects');

    // Given, it is for the whole run; rows have no limit that nobody asked for
    const whole = raw['timeout'] === undefined ? 0 : timeout;
    const load = async (sources: readonly Source[], context: Context): Promise<Outcome> =>
      await withLoading(to, context, async ({ target, another }) => {
        const rejects = file === undefined ? undefined : await openRejects(file, context.cwd);
        let isDone = false;
        try {
          const report = await importFrom(target, sources, {
            ...options,
            signal: context.signal,
            offering: context.offering,
            another,
            ...(rejects === undefined ? {} : { onReject: (row) => rejects.write(row) }),
            onCaution: (line) => context.note(line),
            onProgress: tellProgress((line) => context.progress(line)),
            afterwards: (work) => withTimeout(whole === 0 ? timeout : 0, context, (timed) => work(timed.signal)),
          });
          isDone = true;
          await writeChanges(raw, context, (format, how) => format.load(report, how, 'import'));
          return outcomeOf(report, file, raw, context);
        } finally {
          await rejects?.close(isDone);
        }
      });
    return await withTimeout(whole, context, (timed) =>
      withSources(raw, words.many('sources'), { tables, maxElement }, timed, (sources) => load(sources, timed)),
    );
  },
};

/** Opens all sources before the first is read, lends them to `work`, and closes them. */
async function withSources<Result>(
  raw: Raw,
  specs: readonly string[],
  { tables, maxElement }: Pick<SourceOptions, 'tables' | 'maxElement'>,
  context: Context,
  work: (sources: readonly Source[]) => Promise<Result>,
): Promise<Result> {
  const sources: Source[] = [];
  try {
    for (const spec of specs)
      sources.push(
        await openSource(spec, {
          table: tables.length === 1 ? (tables[0] ?? null) : null,
          tables,
          columns:
            textOption(raw, 'columns')
              ?.split(',')
              .map((name) => name.trim()) ?? null,
          delimiter: textOption(raw, 'delimiter') ?? null,
          encoding: textOption(raw, 'encoding') ?? null,
          nullText: textOption(raw, 'null') ?? null,
          zeroDates: raw['zeroDates'] === 'null' ? 'null' : 'reject',
          format: (textOption(raw, 'inputFormat') ?? null) as 'csv' | 'tsv' | 'ndjson' | 'json' | null,
          maxElement,
          input: () => context.input(),
          env: environment(raw, context),
          trustOwners: raw['trustOwners'] === true,
          readForeign: raw['readForeign'] === true,
          cwd: context.cwd,
          signal: context.signal,
          onNote: (note) => context.note(note),
        }),
      );
    return await work(sources);
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
}

function readTarget(raw: Raw, context: Context): ReturnType<typeof readConnection> {
  const isNamed = ['to', 'host', 'port', 'username', 'dbname'].some((name) => raw[name] !== undefined);
  if (!isNamed)
    throw new Problem('no target database given: import requires one', {
      hint: 'pgseq import SOURCE --to postgres://…, or -h, -p, -U and -d as for psql',
    });
  return readConnection(raw, textOption(raw, 'to'), { urlVariables: false }, context);
}

function outcomeOf({ tables, dryRun, fix }: LoadReport, file: string | undefined, raw: Raw, context: Context): Outcome {
  const found = ended(fix, raw, context);
  const rejected = tables.reduce((sum, table) => sum + (table.rejected ?? 0n), 0n);
  if (rejected > 0n) {
    context.tell(`${counted(rejected, 'row was', 'rows were')} rejected: see ${file}`);
    return 'incomplete';
  }
  const hasWork =
    dryRun === true &&
    (tables.some(({ rows }) => rows !== 0n) || fix.sequences.some(({ action }) => action === 'would-move'));
  return found === 'in step' && hasWork && raw['failOn'] !== 'none' ? 'findings' : found;
}
