import { existsSync } from 'node:fs';
import { databasePattern } from '../../core/survey/patterns.ts';
import { databases } from '../../pg/query/queries.ts';
import type { Context } from '../command.ts';
import { baselineFile, configurationFile } from './config/files.ts';
import { withoutExcluded } from './exclude-databases.ts';
import { offeringFor } from './carried-options.ts';
import { isNamed, readConnection, refusal, withConnection } from './connection.ts';
import { jobsSetting, SettingsReader, timeoutSetting } from './settings.ts';
import { withTimeout } from './timeout.ts';
import type { Choosing, Configured, SelectedDatabase, SelectedDatabases } from './selected-database.ts';
import type { NamedFile } from './plain-file.ts';

/**
 * The databases that the command line means: its own connection, those of pgseq.json, or all of a server. Tells every mistake
 * that was made, in options and files, before anything is connected.
 */
export async function selectDatabases(choosing: Choosing): Promise<SelectedDatabases> {
  const { raw, argument, context, settings } = choosing;
  const names = [raw['database'] ?? []].flat() as string[]; // fix takes one, check many
  const isAll = raw['allDatabases'] === true;
  if (isAll && names.length > 0) settings.mistake('--database and --all-databases: give only one');
  const excluded = settings.many('excludeDatabase', databasePattern, '--exclude-database');
  if (excluded.length > 0 && !isAll) settings.mistake('--exclude-database only works with --all-databases');
  const takesFile = !isNamed(raw, argument) || names.length > 0 || raw['config'] !== undefined;
  const file = takesFile ? configurationFile(raw, context) : null;
  if (file === null && names.length > 0) settings.mistake('--database: no pgseq.json here; name a file with --config');
  const chosen = file === null ? undefined : await settings.attemptLater(() => configured(file, names, choosing));
  const baselineAt = baselineFile(raw, chosen?.options['baseline'], file, context);
  const isThere = existsSync(baselineAt.path) || (baselineAt.isNamed && choosing.writesBaseline !== true);
  const baseline = isThere ? await settings.attemptLater(() => baselineOf(baselineAt)) : null;
  const jobs = settings.attempt(() => jobsSetting(new SettingsReader({ ...chosen?.options, ...raw }, []))) ?? 1;
  const typed = file === null ? settings.attempt(() => ofCommandLine(choosing)) : undefined;
  settings.finish();
  const areFiltered = filterNames.some((name) => raw[name] !== undefined);
  const rest = { jobs, areFiltered, baselineFile: baselineAt, baseline: baseline ?? null };
  const areSeveral = isAll || names.length > 1;
  if (chosen !== undefined) return { targets: chosen.targets, areSeveral, ...rest };
  const one = typed as SelectedDatabase;
  const targets = isAll ? withoutExcluded(excluded, await ofServer(one, context)) : [one];
  return { targets, areSeveral, ...rest };
}

// Reading files takes a parser, whose loading who has none need not wait for
async function configured(file: NamedFile, names: readonly string[], choosing: Choosing): Promise<Configured> {
  return (await import('./config/load.ts')).configured(file, names, choosing);
}
async function baselineOf(file: NamedFile): Promise<SelectedDatabases['baseline']> {
  return (await import('./config/load.ts')).loadBaseline(file);
}

function ofCommandLine({ raw, argument, context }: Choosing): SelectedDatabase {
  return {
    name: null,
    connection: readConnection(raw, argument, { urlVariables: true }, context),
    refused: refusal(raw, argument, context),
    raw,
    offering: context.offering,
    ignores: [],
  };
}

const filterNames = ['table', 'excludeTable', 'schema', 'excludeSchema', 'sequence'];

/** Every database of a server that can be connected to. The connection may name any; else it is `postgres`, as vacuumdb takes it. */
async function ofServer(one: SelectedDatabase, context: Context): Promise<SelectedDatabase[]> {
  const first = one.connection.given.has('dbname') ? one.connection : { ...one.connection, database: 'postgres' };
  for (const note of first.notes) context.note(note);
  const timeout = timeoutSetting(new SettingsReader(one.raw, []));
  return await withTimeout(timeout, context, (timed) =>
    withConnection(first, { jobs: 1 }, timed, async ({ db, target }) => {
      const queryOptions = { role: undefined, statementTimeout: 0, lockTimeout: 0, signal: timed.signal };
      const names = await databases(db, queryOptions);
      return names.map((name) => ({
        ...one,
        name,
        connection: { ...target, database: name, notes: [] },
        offering: offeringFor(name, one.offering),
      }));
    }),
  );
}
