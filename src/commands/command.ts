import type { Progress } from '../core/options.ts';

/** An option as the command line and the docs show it. */
export interface OptionSpec {
  /** As commander reads them: `-t, --table <pattern>`. */
  readonly flags: string;
  readonly help: string;
  /** May be given several times. */
  readonly many?: true;
  /** The words that it takes. Proved with all other settings, so that every mistake is told at once. */
  readonly choices?: readonly string[];
}

/** Options under one heading of the help. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

/** What was typed: option names in camel case. Not trusted until read. */
export type Raw = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** How a command ended. Only `cli` knows what exit code that is. */
export type Outcome = 'in step' | 'findings' | 'incomplete';

/** What a command may touch of the world outside. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Results; colour when they go to a terminal. */
  readonly output: { readonly color: boolean; write(text: string): Promise<void> };
  /** A line for people on standard error: a warning, what is about to happen, an error that stopped nothing. */
  tell(line: string): void;
  /** A line that --quiet leaves out. */
  note(line: string): void;
  progress(progress: Progress): void;
  /** Ends the run: the user's interrupt, or --timeout. */
  readonly signal: AbortSignal;
}

/** A verb: one file, one line in the table of commands. */
export interface Command {
  /** The words to type: `check`, `sql role`. */
  readonly name: string;
  /** Longer help, a paragraph or two. */
  readonly description: string;
  /** Takes a connection as its last argument. */
  readonly connects: boolean;
  readonly groups: readonly OptionGroup[];
  readonly examples: readonly string[];
  run(raw: Raw, connection: string | undefined, context: Context): Promise<Outcome>;
}
