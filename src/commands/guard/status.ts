import { guardStatus } from '../../guard/run.ts';
import { type GuardReport, guardSummary } from '../../guard/report.ts';
import type { Command, Raw } from '../command.ts';
import { withSession } from '../request/connection.ts';
import { connection, connectionArgument, looking, reporting } from '../request/options.ts';
import { progressOf } from '../result/progress.ts';
import { lookSettings, SettingsReader, timeoutSetting } from '../request/settings.ts';
import { withTimeout } from '../request/timeout.ts';
import { guardFilters } from './change.ts';
import { reporter, reportOptions } from '../result/write-check.ts';

export const guardStatusCommand: Command = {
  name: 'guard status',
  description:
    'Compares the installed guards with what they should be. Writes nothing. Without filters: every guard; ' +
    'with filters or --all-tables: also the columns without one.\n\n' +
    'Exit code: 0 all guarded, 1 something is not, 2 it could not be checked.',
  arguments: [connectionArgument],
  groups: [connection, guardFilters, looking, reporting],
  examples: ['pgseq guard status -d app', 'pgseq guard status --all-tables -d app'],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, guardStatusCommand.groups);
    const options = lookSettings(settings);
    const timeout = timeoutSetting(settings);
    settings.finish();
    return await withTimeout(timeout, context, (timed) =>
      withSession(raw, words.one('connection'), { jobs: 1, urlVariables: true }, timed, async ({ db }) => {
        const found = await guardStatus(db, { ...options, ...progressOf(timed) });
        const report = isAsked(raw) ? found : onlyGuarded(found);
        await timed.output.write(reporter(raw).guards(report, reportOptions(raw, timed), 'guard status'));
        const { columns, guarded, unguardable } = report.summary;
        return columns === guarded + unguardable || raw['failOn'] === 'none' ? 'in step' : 'findings';
      }),
    );
  },
};

function isAsked(raw: Raw): boolean {
  return ['allTables', 'table', 'schema', 'sequence'].some((option) => raw[option] !== undefined);
}

/** What is guarded, and what should be: another column of the same sequence is, or its column was renamed. */
function onlyGuarded(report: GuardReport): GuardReport {
  const guarded = report.guards.filter((one) => one.function !== null);
  const sequences = new Set(guarded.flatMap(({ sequence }) => sequence ?? []));
  const tables = new Set(guarded.flatMap(({ sequence, tableName }) => (sequence === null ? [tableName] : [])));
  const guards = report.guards.filter(
    (one) =>
      one.function !== null ||
      (one.state === 'unguarded' && (sequences.has(one.sequence ?? '') || tables.has(one.tableName))),
  );
  return { ...report, guards, summary: guardSummary(guards) };
}
