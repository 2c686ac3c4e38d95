import { withoutPassword } from '../../pg/conninfo/index.ts';
import { type Offering, programOf } from '../../pg/offering.ts';
import type { Command, Context, Raw, Words } from '../command.ts';
import { optionName, textOption } from './settings.ts';

/** What a command that is offered repeats of what was typed: how the connection was given, and how to look. */
export function offeringOf({ name }: Pick<Command, 'name'>, raw: Raw, words: Words, env: Context['env']): Offering {
  const said = words.one('connection') ?? textOption(raw, name === 'import' ? 'to' : 'url');
  return {
    program: programOf(env),
    conninfo: said === undefined ? undefined : withoutPassword(said),
    flags: flagsOf(raw),
    role: options(raw, ['role']),
    entry: null,
    links: ((raw['link'] as readonly string[] | undefined) ?? []).flatMap((link) => ['--link', link]),
    looking: [
      ...(raw['readForeign'] === true ? ['--read-foreign'] : []),
      ...(raw['trustOwners'] === true ? ['--trust-owners'] : []),
      ...options(raw, ['maxJump']),
    ],
  };
}

/** The same for another database of the same server. */
export function offeringFor(database: string, offering: Offering): Offering {
  const { conninfo, flags } = offering;
  if (conninfo !== undefined) return { ...offering, conninfo: withoutPassword(conninfo, database) };
  const at = flags.indexOf('-d');
  const own = at < 0 ? undefined : flags[at + 1];
  const dbname = own !== undefined && isConninfo(own) ? withoutPassword(own, database) : undefined;
  const rest = at < 0 ? flags : flags.toSpliced(at, 2);
  return { ...offering, flags: [...rest, '-d', dbname ?? database] };
}

const letters = [
  ['host', '-h'],
  ['port', '-p'],
  ['username', '-U'],
  ['dbname', '-d'],
] as const;

function flagsOf(raw: Raw): string[] {
  const flags = letters.flatMap(([name, letter]) => {
    const text = textOption(raw, name);
    if (text === undefined) return [];
    const shown = name === 'dbname' && isConninfo(text) ? withoutPassword(text) : text;
    return shown === undefined ? [] : [letter, shown];
  });
  return [...flags, ...options(raw, ['envFile'])];
}

/** As -d takes it: anything but a name. */
function isConninfo(text: string): boolean {
  return /[=:]/.test(text);
}

function options(raw: Raw, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const text = textOption(raw, name);
    return text === undefined ? [] : [optionName(name), text];
  });
}
