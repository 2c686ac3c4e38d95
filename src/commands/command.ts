import type { Readable } from 'node:stream';
import type { Offering } from '../pg/offering.ts';

/** An option as the command line and the docs show it. */
export interface OptionSpec {
  /** As commander reads them: `-t, --table <pattern>`. */
  readonly flags: string;
  readonly help: string;
  /** May be given several times. */
  readonly many?: true;
  /** The words that it takes. Proved with all other settings, so that every mistake is told at once. */
  readonly choices?: readonly string[];
  /** It takes what the configuration calls its databases, and completion offers them. */
  readonly offers?: 'databases';
}

/** Options under one heading of the help. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

/** What was typed: option names in camel case. Not trusted until read. */
export type Raw = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** An argument as the command line and the docs show it: `<archive>`, `[connection]`, `<sources...>`. */
export interface ArgumentSpec {
  readonly shape: string;
  readonly help: string;
  /** Words that completion offers; `files` are those of the shell. */
  readonly offers?: readonly string[] | 'files';
}

/** What was typed beside the options. */
export interface Words {
  /** The argument whose shape has this name; undefined when it was not typed. */
  one(name: string): string | undefined;
  many(name: string): readonly string[];
  /** All of them. */
  readonly all: readonly string[];
  /** What stood behind `--`; undefined where there was none. */
  readonly rest: readonly string[] | undefined;
}

/** How a command ended. Only `cli` knows what exit code that is, but for the code of a program that was run. */
export type Outcome = 'in step' | 'findings' | 'incomplete' | { readonly exitCode: number };

export type Signal = 'SIGINT' | 'SIGTERM';

/** What a command may touch of the world outside. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /**
   * Results; colour when they go to a terminal. `changes`: what was changed, in words, for standard error where the results cannot be
   * written. Rejects then.
   */
  readonly output: { readonly color: boolean; write(text: string, changes?: string): Promise<void> };
  /** A line for people on standard error: a warning, what is about to happen, an error that stopped nothing. */
  tell(lines: string | readonly string[]): void;
  /** A line that --quiet leaves out. */
  note(lines: string | readonly string[]): void;
  /** Whether somebody sees progress. */
  readonly isWatched: boolean;
  /** How far long work has got, in words; shown on a terminal only. */
  progress(words: string): void;
  /** Standard input. */
  input(): Readable;
  /** What a command that is offered has to repeat, so that it acts on the same database. */
  readonly offering: Offering;
  /** Ends the run: the user's interrupt, or --timeout. */
  readonly signal: AbortSignal;
  /**
   * While another program runs, the first interrupt is its affair and goes to `handler`; the next ends the run as ever.
   * `shared`: the terminal has sent it to that program too. Returns how to take the interrupts back.
   */
  lendSignals(handler: (signal: Signal, shared: boolean) => void): () => void;
}

/** A verb: one file, one line in the table of commands. */
export interface Command {
  /** The words to type: `check`, `sql role`. */
  readonly name: string;
  /** Longer help, a paragraph or two. */
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
  /** Writes out words that the program it stands for takes in a shorter form. */
  readonly writtenOut?: (words: readonly string[]) => readonly string[];
  /** What may follow `--`, as the help shows it: `[options for pg_restore]`. */
  readonly rest?: ArgumentSpec;
  readonly groups: readonly OptionGroup[];
  readonly examples: readonly string[];
  run(raw: Raw, words: Words, context: Context): Promise<Outcome>;
}

/** A command as the list knows it: enough for --help, without loading what it does. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
