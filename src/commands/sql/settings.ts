import type { StatesOptions } from '../../psql/options.ts';
import { filterSettings, readingSettings, type SettingsReader } from '../request/settings.ts';

/** What scripts for psql are told. */
export function statesSettings(settings: SettingsReader): StatesOptions {
  const { links, readForeign, trustOwners, maxJump } = readingSettings(settings);
  return { ...filterSettings(settings), links, readForeign, trustOwners, maxJump };
}
