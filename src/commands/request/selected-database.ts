import type { ConnectionSettings } from '../../pg/conninfo/index.ts';
import type { Offering } from '../../pg/offering.ts';
import type { Context, Raw } from '../command.ts';
import type { NamedFile } from './plain-file.ts';
import type { SettingsReader } from './settings.ts';

/** Findings that are accepted: one by its key, or those whose keys match, with the reason. */
export interface IgnoredFinding {
  readonly key: string;
  readonly reason: string | null;
}

/** What somebody has accepted in a database. */
export interface Suppressions {
  readonly ignores: readonly IgnoredFinding[];
  /** Keys of findings. */
  readonly baseline: readonly string[];
}

/** A database to work on: how to reach it, and what is said of it. */
export interface SelectedDatabase {
  /** As the configuration or the server calls it; null: as it turns out to be called. */
  readonly name: string | null;
  readonly connection: ConnectionSettings;
  /** May say more about why there is no connection. */
  readonly refused: ((error: unknown) => unknown) | undefined;
  /** What was typed, over what the configuration says. */
  readonly raw: Raw;
  /** What a command repeats to work on the same. */
  readonly offering: Offering;
  readonly ignores: Suppressions['ignores'];
}

/** What a run works on. */
export interface SelectedDatabases {
  readonly targets: readonly SelectedDatabase[];
  /** Several were asked for, and the report lists them, be it only one. */
  readonly areSeveral: boolean;
  /** Connections, of all together. */
  readonly jobs: number;
  /** The command line leaves sequences out: what is accepted may be among them. */
  readonly areFiltered: boolean;
  /** Where accepted findings are or will be. */
  readonly baselineFile: NamedFile;
  /** Keys of accepted findings by the database's name; null where there is no baseline. */
  readonly baseline: ReadonlyMap<string, readonly string[]> | null;
}

/** What targets are chosen by. */
export interface Choosing {
  readonly raw: Raw;
  /** A connection that was typed as the argument. */
  readonly argument: string | undefined;
  readonly context: Context;
  readonly settings: SettingsReader;
  /** The baseline is written: it need not be there. */
  readonly writesBaseline?: boolean;
}

/** What a configuration says about a run. */
export interface Configured {
  readonly targets: readonly SelectedDatabase[];
  readonly options: Raw;
}
