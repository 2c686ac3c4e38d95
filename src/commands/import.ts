import { resolve } from 'node:path';
import { fix, type FixReport } from '../core/fix.ts';
import { importSources } from '../core/import/import.ts';
import type { OnConflict } from '../core/import/load.ts';
import { merged } from '../core/import/merge.ts';
import type { Source } from '../core/import/source.ts';
import type { ImportSession } from '../core/import/target.ts';
import { readDuration } from '../core/options.ts';
import { connect } from '../pg/connect.ts';
import type { ConnectionSettings } from '../pg/conninfo/index.ts';
import { importSession } from '../pg/import-session.ts';
import { Problem } from '../pg/problem.ts';
import { openSource } from '../sources/index.ts';
import { reporter, reportOptions } from './check.ts';
import type { Command, Context, Outcome, Raw } from './command.ts';
import { ended } from './fix.ts';
import { importGroups } from './import/options.ts';
import { rowsProgress } from './import/progress.ts';
import { rejectsTo } from './import/rejects.ts';
import { readPairs, sourceOptions } from './import/settings.ts';
import { environment, readSettings, withSettings } from './open.ts';
import { describeProgress } from './phases.ts';
import { readingSettings, SettingsReader, timeoutSetting } from './settings.ts';
import { withTimeout } from './timeout.ts';

export const importCommand: Command = {
  name: 'import',
  description:
    'Brings rows into tables that are there: from CSV, TSV, NDJSON, JSON, SQLite, MySQL, MariaDB or another PostgreSQL. Ids are kept. ' +
    'All rows of all sources come in one transaction, or none; before it ends, every sequence is moved beyond them. The database has to be named.\n\n' +
    'Exit code: 0 all there and in step, 1 findings remain (or, with --dry-run, there is something to do), 2 nothing was imported, or not all.',
  arguments: [{ shape: '<sources...>', help: 'files, - for standard input, or URLs of databases' }],
  groups: importGroups,
  examples: [
    'pgseq import users.csv --to postgres://app@localhost/app',
    'pgseq import app.sqlite --to "dbname=app"',
    'pgseq import mysql://root@localhost/shop --rename-table customer=customers --to app',
    'clickhouse-client -q "select * from events format JSONEachRow" | pgseq import - --table events --to app',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, importCommand.groups);
    const looking = readingSettings(settings);
    const reading = sourceOptions(settings, context, environment(raw, context));
    const naming = {
      rename: readPairs(settings, 'renameTable', '--rename-table'),
      map: readPairs(settings, 'map', '--map'),
      table: reading.tables.length === 1 ? (reading.tables[0] ?? null) : null,
    };
    const onConflict = (settings.one('onConflict', (text) => text) ?? 'error') as OnConflict;
    const wait = settings.one('wait', readDuration);
    const rejectsFile = settings.one('rejects', (text) => text);
    const [truncate, dryRun] = [settings.flag('truncate'), settings.flag('dryRun')];
    if (truncate && onConflict !== 'error')
      settings.mistake('--truncate empties the tables: there is nothing to be in conflict with');
    if (dryRun && rejectsFile !== undefined) settings.mistake('--dry-run goes with no --rejects: it writes nothing');
    const timeout = timeoutSetting(settings);
    settings.finish();
    const target = namedTarget(raw, context);
    for (const note of target.notes) context.note(note);

    const sources: Source[] = [];
    try {
      for (const spec of words.many('sources')) sources.push(await openSource(spec, reading));
      const rejects = rejectsFile === undefined ? null : await rejectsTo(resolve(context.cwd, rejectsFile));
      const loaded = await withImportSession(target, context, (session) =>
        importSources(session, sources, {
          ...looking,
          ...naming,
          onConflict,
          truncate,
          dryRun,
          onReject: rejects?.add,
          signal: context.signal,
          onNote: (note) => context.tell(note),
          onRows: rowsProgress(context),
        }),
      ).finally(() => rejects?.close());
      context.progress('');
      const tell = async (report: FixReport, timed: Context): Promise<Outcome> => {
        const errors = rejects?.told(rejectsFile ?? '') ?? [];
        const load = { tables: loaded.tables, warnings: [], errors, exitCode: null, rewound: [], fix: report };
        await timed.output.write(reporter(raw).load(load, reportOptions(raw, timed), 'import'));
        const outcome = ended(report, raw, timed);
        return errors.length > 0 ? 'incomplete' : outcome;
      };
      if (dryRun || loaded.sequences.length === 0) return await tell(loaded.fix, context);
      // The rows are there. Others may have stored ids meanwhile, so the sequences are looked at once more, as everybody sees them
      return await withTimeout(timeout, context, (timed) =>
        withSettings(target, { jobs: 2 }, timed, async ({ db, more }) => {
          const again = await fix(db, {
            ...looking,
            wait,
            sequences: loaded.sequences,
            signal: timed.signal,
            moreSessions: more,
            onProgress: (progress) => timed.progress(describeProgress(progress)),
          });
          return await tell(merged(loaded.fix, again), timed);
        }),
      );
    } finally {
      for (const source of sources) await source.close();
    }
  },
};

/** Lends a session of its own to the rows: its transaction stays open from the first to the last. Ctrl-C cancels what it is at. */
async function withImportSession<Result>(
  target: ConnectionSettings,
  context: Context,
  work: (session: ImportSession) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(target, { signal: context.signal, onNote: (note) => context.note(note) });
  const cancel = (): void => void connection.cancel();
  context.signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(importSession(connection));
  } finally {
    context.signal.removeEventListener('abort', cancel);
    await connection.end();
  }
}

/** The target, which has to be named: an import into whatever DATABASE_URL happens to hold would be the wrong one some day. */
function namedTarget(raw: Raw, context: Context): ConnectionSettings {
  const to = raw['to'];
  if (typeof to !== 'string' && raw['dbname'] === undefined)
    throw new Problem('import into which database? it has to be named', {
      hint: 'pgseq import SOURCE --to postgres://user@host/database',
    });
  return readSettings(raw, typeof to === 'string' ? to : undefined, { urlVariables: false }, context);
}
