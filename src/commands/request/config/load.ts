import { didYouMean } from '../../../text/nearest.ts';
import { type ConnectionSettings, readConninfo, withoutPassword } from '../../../pg/conninfo/index.ts';
import { Problem } from '../../../problem.ts';
import type { Context, Raw } from '../../command.ts';
import { connectionFlags, environment, readConnection, refusal } from '../connection.ts';
import { withoutExcluded } from '../exclude-databases.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import { textOf } from './files.ts';
import { type Mistake, throwMistakes } from './json.ts';
import { type DatabaseEntry, readConfiguration } from './read.ts';
import type { Choosing, Configured, SelectedDatabase } from '../selected-database.ts';
import type { NamedFile } from '../plain-file.ts';

/**
 * The databases of a configuration that have these names; without names all of them with --all-databases, else the only one.
 * Throws a Problem that tells every mistake of the file.
 */
export function configured(file: NamedFile, names: readonly string[], choosing: Choosing): Configured {
  const { raw, argument, context } = choosing;
  const text = textOf(file);
  const mistakes: Mistake[] = [];
  const { databases, options } = readConfiguration(text, mistakes);
  const isOnly = databases.length === 1;
  const chosen = meant(databases, names, raw);
  const env = environment(raw, context);
  const isTyped = (argument ?? raw['url']) !== undefined;
  const targets = chosen.flatMap((entry): SelectedDatabase[] => {
    const connection = reached(entry, file, env, mistakes, choosing);
    if (connection === undefined) return [];
    const select = [
      ...(isOnly ? [] : ['--database', entry.name]),
      ...(typeof raw['config'] === 'string' ? ['--config', raw['config']] : []),
    ];
    return [
      {
        name: entry.name,
        connection,
        refused: entry.connection === null && entry.env === null ? refusal(raw, argument, context) : undefined,
        raw: { ...options, ...entry.options, ...raw },
        offering: { ...context.offering, entry: isTyped ? null : { choose: select, instead: insteadOf(entry, env) } },
        ignores: entry.ignores,
      },
    ];
  });
  throwMistakes(file.name, text, mistakes);
  const all = databases.map(({ name }) => name);
  for (const name of names) if (!all.includes(name)) throw unknownDatabase(name, file, all);
  if (chosen.length === 0)
    throw new Problem(`${file.name} has several databases: ${all.join(', ')}`, {
      hint: `choose: --database ${all[0]}, or --all-databases`,
    });
  if ((argument ?? raw['url']) !== undefined && chosen.length > 1)
    throw new Problem('one connection was given for several databases', { hint: 'choose one: --database NAME' });
  return { targets, options };
}

/** How a command that reads no configuration reaches what an entry does; a variable is left to the shell, which has it. */
function insteadOf({ connection, env: variable }: DatabaseEntry, env: Context['env']): readonly string[] {
  const text = connection?.text ?? (variable === null ? undefined : env[variable.text]);
  const shown = text === undefined ? undefined : withoutPassword(text);
  return shown === undefined ? [] : ['--url', shown];
}

/** The entries that were asked for; none where that is not clear. */
function meant(databases: readonly DatabaseEntry[], names: readonly string[], raw: Raw): readonly DatabaseEntry[] {
  if (names.length > 0)
    return [...new Set(names)].flatMap((name) => databases.find((entry) => entry.name === name) ?? []);
  if (raw['allDatabases'] === true)
    return withoutExcluded((raw['excludeDatabase'] as readonly string[] | undefined) ?? [], databases);
  return databases.length === 1 ? databases : [];
}

/** Where a database is: what was typed wins, then the file's own words, then the environment. Mistakes get their places. */
function reached(
  entry: DatabaseEntry,
  file: NamedFile,
  env: Context['env'],
  mistakes: Mistake[],
  { raw, argument, context }: Choosing,
): ConnectionSettings | undefined {
  const { connection, env: variable } = entry;
  const { offset } = connection ?? variable ?? entry;
  const conninfo = connection?.text ?? (variable === null ? undefined : env[variable.text]);
  try {
    if (argument !== undefined || raw['url'] !== undefined || (connection ?? variable) === null)
      return readConnection(raw, argument, { urlVariables: true }, context);
    if (conninfo === undefined || conninfo.trim() === '') {
      mistakes.push({
        offset,
        message: `the environment variable ${variable?.text} is not set`,
        hint: 'set it, or read it from a file: --env-file FILE',
      });
      return undefined;
    }
    const conninfoName = variable?.text ?? `"connection" of ${entry.name} in ${file.name}`;
    return readConninfo({ conninfo, conninfoName, flags: connectionFlags(raw), flagsWin: true, env });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    mistakes.push({ offset, message: error.message, hint: error.hint });
    return undefined;
  }
}

function unknownDatabase(name: string, { name: file }: NamedFile, all: readonly string[]): Problem {
  return new Problem(`--database ${name}: not in ${file}`, {
    hint: didYouMean(name, all) ?? `one of ${all.join(', ')}`,
  });
}

/** What a baseline says. Throws a Problem that tells every mistake of the file. */
export function loadBaseline(file: NamedFile): Baseline {
  const text = textOf(file, 'pgseq baseline writes it');
  const mistakes: Mistake[] = [];
  const baseline = readBaseline(text, mistakes);
  throwMistakes(file.name, text, mistakes);
  return baseline;
}
