import type { InspectOptions } from '../core/model/options.ts';

/** What a script is told about how to look. */
export type StatesOptions = Pick<
  InspectOptions,
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
