import { check } from '../../core/check.ts';
import type { CheckedDatabase, CheckReport, MoveError } from '../../core/model/report.ts';
import { Problem } from '../../problem.ts';
import { offered } from '../../pg/offering.ts';
import { errorCode, errorHint, errorMessage, sqlState } from '../../pg/sqlstate.ts';
import { suppress } from './suppress.ts';
import type { Context } from '../command.ts';
import { withConnection } from '../request/connection.ts';
import { progressOf } from './progress.ts';
import { lookSettings, SettingsReader, timeoutSetting } from '../request/settings.ts';
import { withTimeout } from '../request/timeout.ts';
import type { SelectedDatabase, SelectedDatabases } from '../request/selected-database.ts';

/** What decides which findings are accepted. */
type Accepting = Pick<SelectedDatabases, 'baseline' | 'baselineFile' | 'areFiltered'>;

/** Checks a database, and parts what it finds by what is accepted. */
export async function checkDatabase(
  target: SelectedDatabase,
  { jobs, ...accepting }: Accepting & Pick<SelectedDatabases, 'jobs'>,
  context: Context,
): Promise<CheckReport> {
  const settings = new SettingsReader(target.raw, []);
  const options = lookSettings(settings);
  for (const note of target.connection.notes) context.note(note);
  return await withTimeout(timeoutSetting(settings), { ...context, offering: target.offering }, (timed) =>
    withConnection(target.connection, { jobs, refused: target.refused }, timed, async ({ db, more }) => {
      const report = await check(db, {
        ...options,
        ...progressOf(timed),
        moreSessions: more,
        onCaution: (caution) => timed.note(caution),
      });
      return withoutAccepted(report, target, accepting, timed);
    }),
  );
}

/** The report with what is accepted put aside; tells what was accepted and is gone. */
export function withoutAccepted<Report extends Omit<CheckReport, 'accepted'>>(
  report: Report,
  target: SelectedDatabase,
  { baseline, baselineFile, areFiltered }: Accepting,
  context: Pick<Context, 'note'>,
): Report & Pick<CheckReport, 'accepted'> {
  const name = target.name ?? report.database.name;
  const keys = baseline?.get(name) ?? [];
  if (target.ignores.length === 0 && keys.length === 0) return report;
  const { findings, accepted, stale } = suppress(report.findings, { ignores: target.ignores, baseline: keys });
  // Of a part of the database, or of what could not be read, nobody can say what is not there
  if (!areFiltered && report.summary.unknown === 0) {
    for (const key of stale.ignore) context.note(`"ignore" of ${name}: no finding matches ${key} any more`);
    for (const key of stale.baseline)
      context.note(
        `${baselineFile.name}: ${key} of ${name} is no longer found; ${offered(target.offering, 'baseline')} removes it`,
      );
  }
  return { ...report, findings, accepted };
}

/** Checks several databases side by side. One that cannot be checked is told with its error, and ends no other. */
export async function checkDatabases(
  { targets, areSeveral, jobs, ...rest }: SelectedDatabases,
  context: Context,
): Promise<CheckedDatabase[]> {
  const atOnce = Math.min(jobs, targets.length);
  const jobsOfOne = Math.max(1, Math.floor(jobs / Math.max(1, atOnce)));
  const results: CheckedDatabase[] = [];
  const queue = [...targets.entries()];
  const serve = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [place, target] = next;
      const name = target.name ?? target.connection.database;
      const { offering } = target;
      try {
        const speaking = areSeveral ? speakingOf(name, context) : context;
        const report = await checkDatabase(target, { ...rest, jobs: jobsOfOne }, speaking);
        results[place] = { name, report, error: null, offering };
      } catch (error) {
        context.signal.throwIfAborted();
        results[place] = { name, report: null, error: reasonOf(error), offering };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, serve));
  return results;
}

/** Lines and progress that say which database they are about. */
function speakingOf(name: string, context: Context): Context {
  const named = (lines: string | readonly string[]): string[] => {
    const [first = '', ...more] = [lines].flat();
    return [`${name}: ${first}`, ...more];
  };
  return {
    ...context,
    tell: (lines) => context.tell(named(lines)),
    note: (lines) => context.note(named(lines)),
    progress: (words) => context.progress(`${name}: ${words}`),
  };
}

/** Why a database was not looked at. What nobody foresaw is thrown on: it is a mistake of pgseq's own. */
function reasonOf(error: unknown): MoveError {
  const code = errorCode(error) ?? null;
  if (error instanceof Problem) return { code, message: error.message, hint: error.hint ?? null };
  if (sqlState(error) === undefined) throw error;
  return { code, message: errorMessage(error), hint: errorHint(error) };
}
