import { counted } from '../../text/counted.ts';
import { changeGuards } from '../../guard/run.ts';
import type { GuardVerb } from '../../guard/plan.ts';
import type { GuardReport } from '../../guard/report.ts';
import { writeChanges } from '../result/write-changes.ts';
import type { Command, Context, OptionGroup, OptionSpec, Outcome, Raw } from '../command.ts';
import { withSession } from '../request/connection.ts';
import {
  connection,
  connectionArgument,
  dryRun,
  filters,
  lockTimeout,
  looking,
  reporting,
} from '../request/options.ts';
import { progressOf } from '../result/progress.ts';
import { jobsSetting, lookSettings, movingSettings, SettingsReader, timeoutSetting } from '../request/settings.ts';
import { withTimeout } from '../request/timeout.ts';
import { readDuration } from '../request/values.ts';
import { ended } from '../result/ended.ts';

/** What is told about a command that changes guards. */
interface GuardCommand {
  readonly verb: GuardVerb;
  readonly description: string;
  /** Options of its own, ahead of those that all have. */
  readonly options?: readonly OptionSpec[];
  /** Wants to be told which tables are meant. */
  readonly wantsTables: boolean;
  readonly examples: readonly string[];
}

/** The filters, and the word for no filter at all. */
export const guardFilters: OptionGroup = {
  ...filters,
  title: 'Which tables, selected by their sequences (psql patterns, repeatable)',
  options: [{ flags: '--all-tables', help: 'every table of the database' }, ...filters.options],
};

/** A command that does something to guards: they differ in their verb and in what they ask. */
export function guardCommand({ verb, description, options = [], wantsTables, examples }: GuardCommand): Command {
  const name = `guard ${verb}`;
  const groups: readonly OptionGroup[] = [
    { title: 'Options', options: [dryRun, ...options, lockTimeout] },
    connection,
    guardFilters,
    looking,
    reporting,
  ];
  return {
    name,
    description,
    arguments: [connectionArgument],
    groups,
    examples,
    async run(raw, words, context) {
      const settings = new SettingsReader(raw, groups);
      const given = {
        ...lookSettings(settings),
        ...movingSettings(settings),
        dryRun: settings.flag('dryRun'),
        lockTimeout: settings.one('lockTimeout', readDuration),
        updates: settings.flag('updates') ? true : undefined,
        newTables: settings.flag('newTables'),
      };
      if (wantsTables) refuseUnsaid(settings, raw);
      const jobs = jobsSetting(settings);
      const timeout = timeoutSetting(settings);
      settings.finish();
      return await withTimeout(timeout, context, (timed) =>
        withSession(raw, words.one('connection'), { jobs, urlVariables: true }, timed, async ({ db, more }) => {
          const report = await changeGuards(db, verb, {
            ...given,
            ...progressOf(timed),
            moreSessions: more,
            // Printable line by line already
            onCaution: (caution) => timed.note(caution.split('\n')),
          });
          await writeChanges(raw, timed, (format, how) => format.guards(report, how, name), {
            isDone: report.script === null,
          });
          return outcomeOf(report, raw, timed);
        }),
      );
    },
  };
}

/** Guards are put on, and taken from, the tables that somebody named: a forgotten filter must not mean all of them. */
function refuseUnsaid(settings: SettingsReader, raw: Raw): void {
  const isSaid = ['table', 'schema', 'sequence', 'excludeTable', 'excludeSchema'].some(
    (option) => raw[option] !== undefined,
  );
  const isAll = raw['allTables'] === true;
  if (!isSaid && !isAll) settings.mistake('no tables chosen: name them (-t, -n, --sequence), or use --all-tables');
  if (raw['allTables'] === true && ['table', 'schema', 'sequence'].some((option) => raw[option] !== undefined))
    settings.mistake('--all-tables cannot be combined with -t, -n or --sequence');
}

function outcomeOf(report: GuardReport, raw: Raw, context: Context): Outcome {
  if (report.stopped !== undefined) {
    context.tell('this run ended early: the states shown are the last known ones');
    throw report.stopped;
  }
  const { guards, newTables, fix, unmet } = report;
  for (const named of unmet) context.tell(`${named}: none of its columns can be guarded; pgseq guard status shows why`);
  // What is printed says so itself, but not where that is SQL
  const beyond = report.summary.unguardable;
  if (report.script !== null && beyond > 0 && unmet.length === 0)
    context.note(
      `${beyond} of ${counted(report.summary.columns, 'column')} cannot be guarded: pgseq guard status shows why`,
    );
  const moved = fix === null ? 'in step' : ended(fix, raw, context);
  if (
    moved === 'incomplete' ||
    unmet.length > 0 ||
    newTables.error !== null ||
    guards.some(({ action }) => action === 'failed')
  )
    return 'incomplete';
  const hasWork = report.script !== null && report.script !== '';
  return hasWork && raw['failOn'] !== 'none' ? 'findings' : moved;
}
