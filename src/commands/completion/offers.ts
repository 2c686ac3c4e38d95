import type { ArgumentSpec, Command, CommandEntry, Context, OptionSpec } from '../command.ts';
import { databaseNames } from './database-names.ts';

/** A word that may follow, and what it says. */
interface Offer {
  readonly value: string;
  readonly help: string;
}

/** What may follow: these words, and names of files. */
interface Offers {
  readonly values: readonly Offer[];
  readonly files: boolean;
}

/** The table of commands, and what those are about that share a first word. */
export interface Verbs {
  readonly commands: readonly CommandEntry[];
  readonly groups: Readonly<Record<string, string>>;
}

const nothing: Offers = { values: [], files: false };
const onlyFiles: Offers = { values: [], files: true };
const help: OptionSpec = { flags: '-?, --help', help: 'print help' };
const version: OptionSpec = { flags: '-V, --version', help: 'print the version' };

/**
 * What may stand in place of the last of these words, which is what was typed of it so far. The shells choose from it what
 * begins so.
 */
export async function offersFor(
  typed: readonly string[],
  verbs: Verbs,
  context: Pick<Context, 'cwd'>,
): Promise<Offers> {
  const words = plain(typed);
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const entry = verbs.commands.find(({ name }) => startsWith(before, name.split(' ')));
  if (entry === undefined)
    return word.startsWith('-') ? named([version, help]) : { ...nothing, values: next(before, verbs) };
  const command = await entry.load();
  return await withinCommand(command, before.slice(entry.name.split(' ').length), word, context);
}

/** `--format=js` is two words; bash makes them three, and an empty one needs quotes in PowerShell. */
function plain(typed: readonly string[]): string[] {
  return typed.flatMap((word, i) => {
    if (word === '""') return [''];
    if (word === '=' && typed[i - 1]?.startsWith('--') === true) return i === typed.length - 1 ? [''] : [];
    const [, option, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    return option === undefined ? [word] : [option, value ?? ''];
  });
}

function startsWith(words: readonly string[], first: readonly string[]): boolean {
  return first.every((word, i) => words[i] === word);
}

/** The next words of the commands that begin so. */
function next(before: readonly string[], { commands, groups }: Verbs): Offer[] {
  const found = new Map<string, string>();
  for (const { name, summary } of commands) {
    const parts = name.split(' ');
    const word = parts[before.length];
    if (word === undefined || !startsWith(parts, before)) continue;
    found.set(word, parts.length === before.length + 1 ? summary : (groups[word] ?? ''));
  }
  return [...found].map(([value, said]) => ({ value, help: said }));
}

async function withinCommand(
  { arguments: shapes, groups }: Command,
  before: readonly string[],
  word: string,
  context: Pick<Context, 'cwd'>,
): Promise<Offers> {
  if (before.includes('--')) return onlyFiles; // of the program that is run
  const options = [...groups.flatMap((group) => group.options), help];
  let open: OptionSpec | undefined;
  let place = 0;
  const given = new Map<OptionSpec, string>();
  for (const one of before) {
    const option = open === undefined ? options.find(({ flags }) => flags.split(/[ ,]+/).includes(one)) : undefined;
    if (open !== undefined) given.set(open, one);
    else if (option !== undefined) given.set(option, '');
    else place++;
    open = option?.flags.includes('<') === true ? option : undefined;
  }
  if (open !== undefined) return valuesOf(open, given, context);
  const left = named(options.filter((option) => option.many === true || !given.has(option)));
  if (word.startsWith('-')) return left;
  const argument = shapes[place] ?? shapes.findLast(({ shape }) => shape.includes('...'));
  const offered = argument === undefined ? nothing : argumentOffers(argument);
  return offered.files || offered.values.length > 0 ? offered : left;
}

function named(options: readonly OptionSpec[]): Offers {
  const values = options.map(({ flags, help: said }) => ({ value: /--[\w-]+/.exec(flags)?.[0] ?? flags, help: said }));
  return { values, files: false };
}

function argumentOffers({ offers = [] }: ArgumentSpec): Offers {
  return offers === 'files' ? onlyFiles : { values: offers.map((value) => ({ value, help: '' })), files: false };
}

async function valuesOf(
  { flags, choices = [], offers }: OptionSpec,
  given: ReadonlyMap<OptionSpec, string>,
  { cwd }: Pick<Context, 'cwd'>,
): Promise<Offers> {
  if (/<(file|directory)>/.test(flags)) return onlyFiles;
  if (offers === undefined) return { values: choices.map((value) => ({ value, help: '' })), files: false };
  const config = [...given].find(([option]) => option.flags.startsWith('--config '))?.[1];
  return { values: databaseNames(config, cwd).map((value) => ({ value, help: '' })), files: false };
}
