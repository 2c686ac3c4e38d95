/** A word behind `--`, as the program would take it. */
export interface RestWord {
  /** As it was typed. */
  readonly typed: string;
  /** The letter or the long name of an option, perhaps shortened; null for a word that is no option. */
  readonly option: string | null;
}

type ProgramName = 'pg_restore' | 'psql';

/** The options that take a value, which may be the next word: short_options and long_options of pg_restore.c and of psql's startup.c, 13 to 19. */
const valued: Readonly<Record<ProgramName, { readonly letters: string; readonly names: readonly string[] }>> = {
  pg_restore: {
    letters: 'dFfhIjLNnPpSTtU',
    names: [
      'dbname file filter format function host index jobs exclude-schema port restrict-key role schema section superuser table',
      'transaction-size trigger use-list username',
    ],
  },
  psql: {
    letters: 'cdFfhLoPpRTUv',
    names: [
      'command dbname field-separator file host log-file output port pset record-separator set table-attr username',
      'variable',
    ],
  },
};

/** Reads words as getopt_long does: letters in one word, values beside them or behind them, names cut short. */
export function readRest(words: readonly string[], program: ProgramName): RestWord[] {
  const { letters, names } = valued[program];
  const long = names.flatMap((line) => line.split(' '));
  const short = new RegExp(`^-(?!-)([^${letters}]*)([${letters}]?)(.*)$`, 's');
  const read: RestWord[] = [];
  for (let at = 0; at < words.length; at++) {
    const typed = words[at] ?? '';
    const [, name, value] = /^--([^=]+)(=.*)?$/s.exec(typed) ?? [];
    const [, plain = '', last = '', beside] = short.exec(typed) ?? [];
    const options = name === undefined ? (plain + last).split('') : [name];
    read.push(...(options.length === 0 ? [null] : options).map((option) => ({ typed, option })));
    const isOpen = name === undefined ? last !== '' && beside === '' : value === undefined && isBegun(name, long);
    if (isOpen) at++;
  }
  return read;
}

/** Whether an option is this one: by its letter, or by its name, which getopt_long knows by its beginning too. */
export function isOption({ option }: RestWord, letter: string, name: string): boolean {
  return option !== null && (option.length === 1 ? option === letter : name.startsWith(option));
}

function isBegun(name: string, long: readonly string[]): boolean {
  return long.some((one) => one.startsWith(name));
}
