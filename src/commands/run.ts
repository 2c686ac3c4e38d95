import { fixAfterLoad, snapshotPositions, nothingYet } from '../core/around-a-load.ts';
import { childEnvironment, type ConnectionSettings } from '../pg/conninfo/index.ts';
import { Problem } from '../problem.ts';
import { errorCode } from '../pg/sqlstate.ts';
import { writeChanges } from './result/write-changes.ts';
import { connectAfter, passedOn, runChild } from './child.ts';
import type { Command, Context, Outcome, Raw } from './command.ts';
import { environment, readConnection, withConnection } from './request/connection.ts';
import { tellLacked } from './result/lacked-rights.ts';
import { connection, connectionArgument, filters, looking, margin, reporting, wait } from './request/options.ts';
import { progressOf } from './result/progress.ts';
import {
  jobsSetting,
  lookSettings,
  movingSettings,
  SettingsReader,
  textOption,
  timeoutSetting,
} from './request/settings.ts';
import { withTimeout } from './request/timeout.ts';
import { ended } from './result/ended.ts';

export const run: Command = {
  name: 'run',
  description:
    'Runs a command that loads data: a restore, a migration tool, a seed. Then moves every sequence that is behind forward, as ' +
    'pgseq fix does, even if the command failed; none ends below its value before the run. With a connection, the command ' +
    'receives it as PG* variables and DATABASE_URL.\n\n' +
    'Exit code: that of the command if it is not 0, else as for pgseq fix: 0 all in sync, 1 findings remain, 2 something could not be done.',
  arguments: [connectionArgument],
  rest: { shape: '-- <command...>', help: 'the command and its arguments' },
  groups: [{ title: 'After the command', options: [margin, wait] }, connection, filters, looking, reporting],
  examples: [
    'pgseq run postgres://app@localhost/app -- npm run seed',
    'pgseq run -d app -- psql -f import.sql',
    'pgseq run "$DATABASE_URL" -- pg_restore --data-only -d app app.dump',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, run.groups);
    const options = { ...lookSettings(settings), ...movingSettings(settings) };
    const jobs = jobsSetting(settings);
    const timeout = timeoutSetting(settings);
    const [command, ...args] = words.rest ?? [];
    if (command === undefined)
      settings.mistake('no command given: it goes after --: pgseq run [connection] -- command …');
    settings.finish();
    const said = words.one('connection');
    const { target, isNamed } = readTarget(raw, said, context);
    for (const note of target.notes) context.note(note);

    const { before, reached } = await withTimeout(timeout, context, (timed) =>
      withConnection(target, { jobs: 1 }, timed, async (opened) => ({
        before: await snapshotPositions(opened.db, { ...options, ...progressOf(timed) }),
        reached: opened.target,
      })),
    ).catch((error: unknown) => {
      if (errorCode(error) !== '3D000') throw error;
      context.note(`database ${target.database} does not exist yet`);
      return { before: nothingYet, reached: target };
    });
    tellLacked(before, context);
    context.progress('');
    const child = await runChild(
      {
        command: command ?? '',
        args,
        env: isNamed ? childEnvironment(reached, saidAlone(raw, said, target)) : {},
        stdio: 'inherit',
      },
      context,
    );
    const { exitCode } = child;
    const afterwards = withTimeout(timeout, context, (timed) =>
      withConnection(connectAfter(child, reached), { jobs }, timed, async ({ db, more }): Promise<Outcome> => {
        const done = await fixAfterLoad(db, before, {
          ...options,
          ...progressOf(timed),
          moreSessions: more,
          onCaution: (caution) => timed.note(caution),
        });
        const report = { ...done, tables: [], warnings: [], errors: [], exitCode };
        await writeChanges(raw, timed, (format, how) => format.load(report, how, 'run'));
        return ended(done.fix, raw, timed);
      }),
    );
    return await passedOn(exitCode, afterwards, context);
  },
};

/** Which database: as named, else what libpq's own variables say. The command may well read others: that is not guessed. */
function readTarget(
  raw: Raw,
  said: string | undefined,
  context: Context,
): { target: ConnectionSettings; isNamed: boolean } {
  const isNamed = said !== undefined || textOption(raw, 'url') !== undefined || isFlagged(raw);
  const variable = ['DATABASE_URL', 'POSTGRES_URL'].find((name) => environment(raw, context)[name] !== undefined);
  if (!isNamed && variable !== undefined)
    throw new Problem(
      `no database given for the command: ${variable} is set, but run requires the database to be named`,
      {
        hint: `pgseq run "$${variable}" -- command …`,
      },
    );
  return { target: readConnection(raw, said, { urlVariables: false }, context), isNamed };
}

/** The connection string, where it says everything: no flag, no choice among hosts. */
function saidAlone(raw: Raw, said: string | undefined, { hosts }: ConnectionSettings): string | undefined {
  return isFlagged(raw) || hosts.length > 1 ? undefined : (said ?? textOption(raw, 'url'));
}

function isFlagged(raw: Raw): boolean {
  return ['host', 'port', 'username', 'dbname'].some((name) => raw[name] !== undefined);
}
