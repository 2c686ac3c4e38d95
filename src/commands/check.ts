import { check as look } from '../core/check.ts';
import type { FailOn, Finding } from '../core/finding.ts';
import type { Summary } from '../core/report.ts';
import { checkReporters, type ReportOptions, reporters } from '../report/index.ts';
import type { Command, Context, Outcome, Raw } from './command.ts';
import { withSession } from './open.ts';
import { connection, connectionArgument, filters, looking, reportingAs } from './options.ts';
import { listening } from './phases.ts';
import { jobsSetting, lookSettings, optionName, SettingsReader, textOption, timeoutSetting } from './settings.ts';
import { withTimeout } from './timeout.ts';
import { writeCheck } from './write-check.ts';

export const check: Command = {
  name: 'check',
  description:
    'Finds every sequence of the database and every column that each feeds, and compares them. Writes nothing.\n' +
    'Exit code: 0 all in step, 1 findings, 2 something could not be looked at.',
  arguments: [connectionArgument],
  groups: [connection, filters, looking, reportingAs(checkReporters.map(({ name }) => name))],
  examples: [
    'pgseq check postgres://app@localhost/app',
    'pgseq check -t users --show-ok',
    'pgseq check --format json | jq .summary',
    'pgseq check --format junit --output pgseq.xml',
  ],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, check.groups);
    const options = lookSettings(settings);
    const jobs = jobsSetting(settings);
    const timeout = timeoutSetting(settings);
    settings.finish();
    return await withTimeout(timeout, context, (timed) =>
      withSession(raw, words.one('connection'), { jobs, urlVariables: true }, timed, async ({ db, more }) => {
        const report = await look(db, {
          ...options,
          ...listening(timed),
          moreSessions: more,
          onCaution: (caution) => timed.note(caution),
        });
        await writeCheck(raw, reportOptions(raw, timed), timed, (format, how) => format.check(report, how));
        return outcome(report, raw);
      }),
    );
  },
};

/** The reporter for --format. */
export function reporter(raw: Raw): (typeof reporters)[number] {
  return reporters.find(({ name }) => name === raw['format']) ?? (reporters[0] as (typeof reporters)[number]);
}

/** What reporters are told. */
export function reportOptions(raw: Raw, { output }: Pick<Context, 'output'>): ReportOptions {
  return {
    color: output.color && raw['output'] === undefined,
    showOk: raw['showOk'] === true,
    told: told(raw),
    failOn: raw['failOn'] as FailOn | undefined,
  };
}

/** The options, as typed, that decide what a sequence feeds and what may be read. */
function told(raw: Raw): string[] {
  const links = (raw['link'] as readonly string[] | undefined) ?? [];
  return [
    ...links.flatMap((link) => ['--link', link]),
    ...(raw['readForeign'] === true ? ['--read-foreign'] : []),
    ...(raw['trustOwners'] === true ? ['--trust-owners'] : []),
    ...(['maxJump', 'role', 'envFile'] as const).flatMap((name) => {
      const value = textOption(raw, name);
      return value === undefined ? [] : [optionName(name), value];
    }),
  ];
}

/** What a report comes to, with --fail-on. */
export function outcome({ summary, findings }: { summary: Summary; findings: readonly Finding[] }, raw: Raw): Outcome {
  if (summary.unknown > 0) return 'incomplete';
  if (raw['failOn'] === 'none') return 'in step';
  const counts = raw['failOn'] === 'warning' ? ['error', 'warning'] : ['error'];
  const isBad = summary.behind > 0 || summary.exhausted > 0 || findings.some(({ level }) => counts.includes(level));
  return isBad ? 'findings' : 'in step';
}
