/** What `Problem` carries beside its sentence. */
export interface ProblemDetails {
  /** What to do next, ready to paste where that is possible. */
  readonly hint?: string | undefined;
  /** The SQLSTATE of PostgreSQL, or the code of the operating system (`ECONNREFUSED`), where there is one. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Something that was foreseen went wrong: a usage mistake, a connection, a permission. The message says what happened and
 * to which object; the program prints it without a stack and ends with exit code 2. Anything else that is thrown is a bug.
 */
export class Problem extends Error {
  readonly hint: string | undefined;
  readonly code: string | undefined;

  constructor(message: string, details: ProblemDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Problem';
    this.hint = details.hint;
    this.code = details.code;
  }
}
