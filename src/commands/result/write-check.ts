import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FailOn } from '../../core/model/finding.ts';
import { type CheckReporter, checkReporters, reporters, type ReportOptions } from '../../report/index.ts';
import type { Context, Raw } from '../command.ts';

/**
 * Writes what `check` found in the format that was asked for; and in that of its summary to the end of the file that GitHub shows on
 * the page of a run.
 */
export async function writeCheck(
  raw: Raw,
  options: ReportOptions,
  context: Context,
  write: (format: CheckReporter, options: ReportOptions) => string,
): Promise<void> {
  const format = (checkReporters.find(({ name }) => name === raw['format']) ?? checkReporters[0]) as CheckReporter;
  await context.output.write(write(format, options));
  const file = context.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (format.summary === undefined || file === '') return;
  try {
    await appendFile(resolve(context.cwd, file), `${write(format.summary, options)}\n`);
  } catch (error) {
    context.tell(`cannot write the summary for GITHUB_STEP_SUMMARY: ${(error as Error).message}`);
  }
}

/** The reporter for --format. */
export function reporter(raw: Raw): (typeof reporters)[number] {
  return reporters.find(({ name }) => name === raw['format']) ?? (reporters[0] as (typeof reporters)[number]);
}

/** What reporters are told. */
export function reportOptions(raw: Raw, { output, offering }: Pick<Context, 'output' | 'offering'>): ReportOptions {
  return {
    color: output.color && raw['output'] === undefined,
    showOk: raw['showOk'] === true,
    offering,
    failOn: raw['failOn'] as FailOn | undefined,
  };
}
