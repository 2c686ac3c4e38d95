import type { FindingLevel } from '../core/model/finding.ts';
import type { CheckReport } from '../core/model/report.ts';
import { linesOf, shown } from './findings.ts';
import { markdown } from './markdown.ts';
import { printable } from '../text/printable.ts';
import type { CheckReporter, ReportOptions } from './reporter.ts';
import { databaseCount, optionsFor, together, troubleOf } from './several.ts';
import { totals } from './totals.ts';

/**
 * Workflow commands that GitHub Actions shows as annotations of a run.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export const github: CheckReporter = {
  name: 'github',
  check: (report, options) => annotations(report.database.name, report, options) + totals(report, options),
  checkAll(databases, options) {
    const lines = databases.map((database) =>
      database.report === null
        ? annotation('error', `${database.name} could not be checked`, troubleOf(database).map(printable))
        : annotations(database.name, database.report, optionsFor(database, options)),
    );
    return `${lines.join('')}${databaseCount(databases)}: ${totals(together(databases), options)}`;
  },
  summary: markdown,
};

function annotations(name: string, { findings }: CheckReport, options: ReportOptions): string {
  return shown(findings, options)
    .map((finding) => annotation(finding.level, `${finding.rule} in ${name}`, linesOf(finding, options)))
    .join('');
}

const commands: Readonly<Record<FindingLevel, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function annotation(level: FindingLevel, title: string, lines: readonly string[]): string {
  return `::${commands[level]} title=${property(printable(title))}::${data(lines.join('\n'))}\n`;
}

/** As the runner reads it back: src/Runner.Common/ActionCommand.cs of actions/runner. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
