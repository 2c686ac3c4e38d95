import type { LookOptions } from '../core/model/options.ts';

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
