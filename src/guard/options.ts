import type { FixOptions } from '../core/model/options.ts';

/** How to guard; every field may be left out. */
export interface GuardOptions extends FixOptions {
  /** Also guard updates of the columns; unless given, as it was, and not at first. */
  readonly updates?: boolean | undefined;
  /** Also guard tables as they are made. */
  readonly newTables?: boolean | undefined;
}
