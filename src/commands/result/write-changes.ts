import { type Reporter, reporters, type ReportOptions } from '../../report/index.ts';
import type { Context, Raw } from '../command.ts';
import { reporter, reportOptions } from './write-check.ts';

/**
 * Writes what a command has done in the format that was asked for. Where that cannot be written, people still read it on standard error.
 * `isDone`: whether it was done; a dry run has changed nothing.
 */
export async function writeChanges(
  raw: Raw,
  context: Context,
  write: (format: Reporter, options: ReportOptions) => string,
  { isDone = true }: { readonly isDone?: boolean } = {},
): Promise<void> {
  const options = reportOptions(raw, context);
  const [forPeople] = reporters as readonly [Reporter];
  await context.output.write(
    write(reporter(raw), options),
    isDone ? write(forPeople, { ...options, color: false }) : undefined,
  );
}
