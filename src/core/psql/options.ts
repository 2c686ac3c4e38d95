import type { LookOptions } from '../options.ts';

/** What a script is told about how to look. */
export type StatesOptions = Pick<
  LookOptions,
  | 'links'
  | 'readForeign'
  | 'trustOwners'
  | 'maxJump'
  | 'schemas'
  | 'excludeSchemas'
  | 'tables'
  | 'excludeTables'
  | 'sequences'
>;
