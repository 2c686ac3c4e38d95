import { counted } from '../text/counted.ts';
import { fix as move } from '../core/fix.ts';
import type { FixOptions } from '../core/model/options.ts';
import { writeChanges } from './result/write-changes.ts';
import type { Command } from './command.ts';
import { withoutAccepted } from './result/check-databases.ts';
import { withConnection } from './request/connection.ts';
import {
  baselineOption,
  configFile,
  configuredDatabase,
  connection,
  connectionArgument,
  dryRun,
  filters,
  lockTimeout,
  looking,
  margin,
  reporting,
  wait,
} from './request/options.ts';
import { ended } from './result/ended.ts';
import { progressOf } from './result/progress.ts';
import { jobsSetting, lookSettings, movingSettings, SettingsReader, timeoutSetting } from './request/settings.ts';
import { selectDatabases } from './request/databases.ts';
import { withTimeout } from './request/timeout.ts';
import { readDuration, readInteger } from './request/values.ts';
import type { SelectedDatabase } from './request/selected-database.ts';
import type { MoveMethod } from '../core/model/report.ts';

export const fix: Command = {
  name: 'fix',
  description:
    'Acts at once: moves what is behind, and only forward; waits for transactions whose ids are not visible yet; checks ' +
    'again and reports the values before and after.\n\nExit code: 0 all in sync, 1 findings remain (or, with --dry-run, there is something to do), ' +
    '2 something could not be done.',
  arguments: [connectionArgument],
  groups: [
    {
      title: 'How to fix',
      options: [
        dryRun,
        {
          flags: '--method <method>',
          help: 'auto, step (nextval; blocks nobody) or lock (a short lock; needs the owner) (auto)',
          choices: ['auto', 'step', 'lock'],
        },
        margin,
        {
          flags: '--to <value>',
          help: 'with --sequence: move that one forward by hand, so that its next value is this',
        },
        lockTimeout,
        wait,
      ],
    },
    connection,
    { title: 'Configuration', options: [configFile, configuredDatabase, baselineOption] },
    filters,
    looking,
    reporting,
  ],
  examples: [
    'pgseq fix -t public.users',
    'pgseq fix --dry-run | psql',
    'pgseq fix --sequence public.invoice_no_seq --to 50000',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, fix.groups);
    readFixSettings(settings);
    const chosen = await selectDatabases({ raw, argument: words.one('connection'), context, settings });
    const [target] = chosen.targets as readonly [SelectedDatabase];
    const acting = { ...context, offering: target.offering };
    const options = readFixSettings(new SettingsReader(target.raw, []));
    for (const note of target.connection.notes) context.note(note);
    return await withTimeout(options.timeout, acting, (timed) =>
      withConnection(target.connection, { jobs: chosen.jobs, refused: target.refused }, timed, async ({ db, more }) => {
        const moved = await move(db, {
          ...options,
          ...progressOf(timed),
          moreSessions: more,
          onCaution: (caution) => timed.note(caution),
          onStart: ({ name, host, port }, moves) =>
            moves > 0 &&
            timed.note(`moving ${counted(moves, 'sequence')} of ${name} on ${host}${port === null ? '' : `:${port}`}`),
        });
        const report = withoutAccepted(moved, target, chosen, timed);
        await writeChanges(raw, timed, (format, how) => format.fix(report, how), {
          isDone: report.script === null,
        });
        return ended(report, target.raw, timed);
      }),
    );
  },
};

function readFixSettings(settings: SettingsReader): FixOptions & { readonly timeout: number } {
  const options = {
    ...lookSettings(settings),
    ...movingSettings(settings),
    dryRun: settings.flag('dryRun'),
    method: settings.one('method', (text) => text as MoveMethod | 'auto'),
    to: settings.one('to', (text, name) => readInteger(text, name)),
    lockTimeout: settings.one('lockTimeout', readDuration),
  };
  if (options.to !== undefined && options.sequences?.length !== 1)
    settings.mistake('--to moves one sequence: name it with one --sequence');
  jobsSetting(settings); // proved with the others; how many there are, the configuration may say too
  return { ...options, timeout: timeoutSetting(settings) };
}
