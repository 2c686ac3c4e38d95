import { resolve } from 'node:path';
import { fixAfterLoad } from '../../core/around-a-load.ts';
import { arrived } from '../../dump/arrived.ts';
import { lookInto } from '../../dump/filled.ts';
import { recognizeArchive } from '../../pg/archive/recognize.ts';
import { readElementSize } from '../../pg/limit.ts';
import type { ConnectionSettings } from '../../pg/conninfo/index.ts';
import { Problem } from '../../problem.ts';
import { copied } from '../../pg/query/queries.ts';
import { writeChanges } from '../result/write-changes.ts';
import { connectAfter, passedOn } from '../child.ts';
import type { Command, Context, Outcome, Raw, Words } from '../command.ts';
import { readConnection, withConnection } from '../request/connection.ts';
import { progressOf } from '../result/progress.ts';
import { longOf, toldClient, writtenOut } from './client-options.ts';
import { inspect } from './inspect.ts';
import { load } from './load.ts';
import { restoreGroups } from './options.ts';
import { queryOptions, type Job, prepare } from './prepare.ts';
import { refuseUnfit } from './refusals.ts';
import { movingSettings, readingSettings, SettingsReader, timeoutSetting } from '../request/settings.ts';
import { withTimeout } from '../request/timeout.ts';
import { ended } from '../result/ended.ts';

export const restore: Command = {
  name: 'restore',
  description:
    'Restores a pg_dump archive or a script with pg_restore or psql. Then moves every sequence that is behind forward, as pgseq ' +
    'fix does, even if the restore had errors; none ends below its value before the restore. The database must be named.\n\n' +
    'Exit code: that of pg_restore or psql if it is not 0, else as for pgseq fix: 0 all in sync, 1 findings remain, 2 something could not be done.',
  arguments: [
    {
      shape: '<archive>',
      help: 'a custom, directory or tar archive, or SQL; files may be compressed with gzip or zstd',
      offers: 'files',
    },
    { shape: '[connection]', help: 'the target: a URI, a libpq connection string, or the name of a database' },
  ],
  rest: { shape: '[-- <options...>]', help: 'passed to pg_restore or psql unchanged' },
  groups: restoreGroups,
  writtenOut: (words) =>
    writtenOut(
      words,
      restoreGroups.flatMap(({ options }) => options.map(({ flags }) => longOf(flags))),
    ),
  examples: [
    'pgseq restore app.dump postgres://postgres@localhost/app',
    'pgseq restore --jobs 4 --no-owner app.dir -d app',
    'pgseq restore --data-only --table users --into-existing app.dump -d app',
    'pgseq restore --inspect app.sql.gz',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, restore.groups);
    const options = { ...readingSettings(settings), ...movingSettings(settings) };
    const timeout = timeoutSetting(settings);
    const mostInOne = settings.one('maxElement', readElementSize);
    settings.finish();
    const named = words.one('archive') ?? '';
    const found = { ...(await recognizeArchive(named, resolve(context.cwd, named))), mostInOne };
    const archive = raw['restrict'] === true && found.kind === 'script' ? { ...found, restricted: true } : found;
    const told = toldClient(raw);
    refuseUnfit(archive, told, words, raw);
    if (raw['inspect'] === true)
      return await inspect(archive, [...told.pgRestore, ...(words.rest ?? [])], raw, context);

    const target = namedTarget(raw, words, context);
    for (const note of target.notes) context.note(note);
    const rest = words.rest ?? [];
    const looking = { ...options, ...progressOf(context) };
    const job = await withConnection(target, { jobs: 1 }, context, (opened) =>
      prepare(opened, { archive, told, rest, raw, looking }, context),
    );
    for (const warning of job.warnings) context.tell(`warning: ${warning}`);
    context.note(
      `restoring ${archive.name} into ${job.goal.database} with ${job.loading.program} ${job.program.version}`,
    );
    const done = await watched(job, context);

    const afterwards = withTimeout(timeout, context, (timed) =>
      withConnection(connectAfter(done, job.goal), { jobs: 2 }, timed, async ({ db, more }): Promise<Outcome> => {
        const stepped = await fixAfterLoad(db, job.before, {
          ...options,
          ...progressOf(timed),
          moreSessions: more,
        });
        const { exitCode, errors } = done;
        const after = await lookInto(db, queryOptions({ ...looking, signal: timed.signal }), job.tables);
        const came = arrived(job.tables, job.held, after, {
          begun: done.begun,
          failed: new Map([...done.entries].flatMap(([id, why]) => [[job.entries.get(id) ?? '', why] as const])),
          isClean: exitCode === 0 && errors.length === 0,
        });
        const report = { ...stepped, ...came, exitCode, errors, warnings: job.warnings };
        await writeChanges(raw, timed, (format, how) => format.load(report, how, 'restore'));
        const outcome = ended(stepped.fix, raw, timed);
        // psql goes on after an error, and ends with 0 all the same
        return errors.length > 0 ? 'incomplete' : outcome;
      }),
    );
    return await passedOn(done.exitCode, afterwards, context);
  },
};

/**
 * Runs the program; while somebody watches, a session of our own asks the server how many bytes were copied. Not with --create: the
 * database is not there yet, or is dropped first, and nobody may be in it then.
 */
async function watched({ loading, goal }: Job, context: Context): ReturnType<typeof load> {
  if (!context.isWatched || loading.args.includes('--create')) return await load(loading, null, context);
  return await withConnection(goal, { jobs: 1 }, context, ({ db }) =>
    load(loading, () => copied(db, { statementTimeout: 5000, lockTimeout: 1000 }), context),
  );
}

/** The target, which has to be named: a restore into whatever DATABASE_URL happens to hold would be the wrong one some day. */
function namedTarget(raw: Raw, words: Words, context: Context): ConnectionSettings {
  const said = words.one('connection');
  if (said === undefined && raw['url'] === undefined && raw['dbname'] === undefined)
    throw new Problem('no target database given: restore requires one', {
      hint: 'pgseq restore ARCHIVE postgres://user@host/database, or -d database',
    });
  return readConnection(raw, said, { urlVariables: false }, context);
}
