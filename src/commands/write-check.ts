import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CheckReporter, checkReporters, type ReportOptions } from '../report/index.ts';
import type { Context, Raw } from './command.ts';

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
    context.tell(`no summary for GITHUB_STEP_SUMMARY: ${(error as Error).message}`);
  }
}
