import { Command as Program, CommanderError, Option } from 'commander';
import type { Command, CommandEntry, OptionSpec, Raw, Words } from '../commands/index.ts';
import { commandGroups, commands } from '../commands/index.ts';
import { Problem } from '../problem.ts';
import { version } from '../version.generated.ts';

/** What the command line asks for: a command to run, or a text to print (help, version). */
export type ParsedCommandLine =
  | { readonly command: Command; readonly raw: Raw; readonly words: Words }
  | { readonly text: string };

/** Reads the command line. Throws a Problem for a usage mistake. */
export async function readArguments(argv: readonly string[]): Promise<ParsedCommandLine> {
  const entry = entryOf(argv);
  const command = entry === undefined ? undefined : await entry.load();
  const [typed, rest] = command?.rest === undefined ? [argv, undefined] : split(argv);
  const before = command?.writtenOut?.(typed) ?? typed;
  let text = '';
  let request: ParsedCommandLine | undefined;
  const program = root();
  if (entry !== undefined && command !== undefined)
    add(program, entry, command, (raw, given) => {
      request = { command, raw, words: wordsOf(command, given, rest) };
    });
  const print = { writeOut: (part: string) => void (text += part), writeErr: () => undefined };
  const silence = (one: Program): void => {
    one.exitOverride().configureOutput(print);
    one.commands.forEach(silence);
  };
  silence(program);
  try {
    await program.parseAsync(before, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text };
    throw new Problem(await mistakeOf(error, program, argv), {
      hint: `see: ${[program.name(), entry?.name, '--help'].filter(Boolean).join(' ')}`,
    });
  }
  return request ?? { text: program.helpInformation() };
}

/** What commander found wrong, in one line. It calls a command that is missing (outputHelp). */
async function mistakeOf(
  { code, message }: CommanderError,
  program: Program,
  argv: readonly string[],
): Promise<string> {
  if (code === 'commander.unknownCommand') return await unknownCommand(message);
  if (code !== 'commander.help') return message.replace(/^error: /, '').replace('\n', ' ');
  const group = program.commands.find((one) => one.name() === argv[0]) ?? program;
  return `which command? ${group.commands.map((one) => one.name()).join(', ')}`;
}

/** What commander says, which compares with the words of one level only; before that a word that stands on another one. */
async function unknownCommand(said: string): Promise<string> {
  const { nearest } = await import('../text/nearest.ts'); // only for a mistake
  const word = /'(.*)'/.exec(said)?.[1] ?? '';
  const [message = '', suggestion] = said.replace(/^error: /, '').split('\n');
  const last = (name: string): string => name.split(' ').at(-1) ?? '';
  const names = commands.map(({ name }) => name);
  const meant = suggestion === undefined ? nearest(word, names.map(last)) : word;
  const elsewhere = names.filter((name) => last(name) === meant);
  if (elsewhere.length === 0) return [message, suggestion].filter(Boolean).join(' ');
  return `${message} (Did you mean ${elsewhere.length > 1 ? 'one of ' : ''}${elsewhere.join(', ')}?)`;
}

/** The entry that the first words name. Options before the command do not exist, so words are what stands first. */
function entryOf(argv: readonly string[]): CommandEntry | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, i) => argv[i] === word));
}

/** Folded by hand: commander leaves a text as it is that has indented lines. */
const description = `Keeps PostgreSQL sequences in sync with the stored ids: no more
"duplicate key value violates unique constraint".

First steps:
  # what is this error about, and what fixes it?
  pgseq explain 'duplicate key value violates unique constraint "users_pkey"'
  # which sequences are out of sync? Changes nothing
  pgseq check postgres://app@localhost/app
  # move those forward while others keep writing; --dry-run prints the SQL
  pgseq fix postgres://app@localhost/app`;

/** The program with every command's name and line, for its help. */
function root(): Program {
  const program = new Program('pgseq')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-?, --help', 'print help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .addHelpText('after', '\n`pgseq <command> --help` lists the options of a command.');
  for (const { name, summary } of commands)
    place(program, name).summary(summary).description(summary).helpOption('-?, --help', 'print help');
  return program;
}

/** The commander command for a name of several words, made where it is missing. */
function place(program: Program, name: string): Program {
  return name.split(' ').reduce((parent, word) => {
    const known = parent.commands.find((one) => one.name() === word);
    if (known !== undefined) return known;
    const made = parent.command(word).helpOption('-?, --help', 'print help').helpCommand(false);
    return made.description(commandGroups[word] ?? '');
  }, program);
}

function add(
  program: Program,
  { name }: CommandEntry,
  command: Command,
  action: (raw: Raw, given: readonly unknown[]) => void,
): void {
  const made = place(program, name).description(command.description).allowExcessArguments(false);
  for (const { shape, help } of command.arguments) made.argument(shape, help);
  if (command.rest !== undefined)
    made.usage(`[options] ${[...command.arguments, command.rest].map(({ shape }) => shape).join(' ')}`);
  for (const { title, options } of command.groups) {
    made.optionsGroup(`${title}:`);
    for (const spec of options) made.addOption(optionOf(spec));
  }
  if (command.examples.length > 0)
    made.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  ${line}\n`).join('')}`);
  made.action((...given: unknown[]) => action(made.opts(), given));
}

/** What stands before the first `--`, and what behind it. */
function split(argv: readonly string[]): [readonly string[], readonly string[] | undefined] {
  const at = argv.indexOf('--');
  return at < 0 ? [argv, undefined] : [argv.slice(0, at), argv.slice(at + 1)];
}

/** commander hands arguments over in their order. */
function wordsOf(command: Command, given: readonly unknown[], rest: Words['rest']): Words {
  const names = command.arguments.map(({ shape }) => shape.replaceAll(/[^\w-]/g, ''));
  const find = (name: string): unknown => given[names.indexOf(name)];
  return {
    one: (name) => find(name) as string | undefined,
    many: (name) => (find(name) as readonly string[] | undefined) ?? [],
    all: names.flatMap((name) => (find(name) as string | readonly string[] | undefined) ?? []),
    rest,
  };
}

function optionOf({ flags, help, many }: OptionSpec): Option {
  const option = new Option(flags, help);
  if (many === true) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return option;
}
