import { printableLines } from './text/printable.ts';

/** What `Problem` carries beside its sentence. */
export interface ProblemDetails {
  /** What to do next, ready to paste where that is possible: a line, or several. */
  readonly hint?: string | readonly string[] | undefined;
  /** The SQLSTATE of PostgreSQL, or the code of the operating system (`ECONNREFUSED`), where there is one. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Something that was foreseen went wrong: a usage mistake, a connection, a permission. The message says what happened and
 * to which object; the program prints it without a stack and ends with exit code 2. Anything else that is thrown is a bug.
 *
 * A text is one line, whatever stands in it; several lines are a list. So a name with a line break begins no line of its own.
 */
export class Problem extends Error {
  readonly hint: string | undefined;
  readonly code: string | undefined;

  constructor(message: string | readonly string[], details: ProblemDetails = {}) {
    super(printableLines(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Problem';
    this.hint = details.hint === undefined ? undefined : printableLines(details.hint);
    this.code = details.code;
  }
}
