/** An argument of a command of psql's. */
export interface SlashArgument {
  /** Null where only psql can tell: it comes from a program, or from a variable that nobody has set here. */
  readonly text: string | null;
  readonly isQuoted: boolean;
}

/** A command of psql's: `\connect app`. */
export interface SlashCommand {
  readonly name: string;
  readonly arguments: readonly SlashArgument[];
  /** Where the line goes on behind it. */
  readonly end: number;
}

/** The commands that take all that follows on their line. */
const wholeLine: ReadonlySet<string> = new Set(['!', 'copy', 'ef', 'ev', 'h', 'help', 'sf', 'sf+', 'sv', 'sv+']);

/** The commands that take a file, or behind a pipe all that follows as a program. */
const pipes: ReadonlySet<string> = new Set(['g', 'gx', 'o', 'out', 'w', 'write']);

/** The commands that send the statement before them, as a semicolon does. */
const sending: ReadonlySet<string> = new Set(['g', 'gx', 'gset', 'gexec', 'gdesc', 'crosstabview', 'watch']);

export function sends({ name }: SlashCommand): boolean {
  return sending.has(name);
}

const blanks = /[ \t\n\r\f\v]*/y;
const nameEnd = /[ \t\n\r\f\v\\]|$/g;
const variable = /:(?:([\w\u0080-\uffff]+)|'([\w\u0080-\uffff]+)'|"([\w\u0080-\uffff]+)"|\{\?[\w\u0080-\uffff]+\})/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', r: '\r', f: '\f' };

/**
 * Reads the command that begins with the backslash at `at`, as psqlscanslash.l does: arguments end with blanks, quotes keep those,
 * a backslash outside of quotes begins the next command, two end this one. `valueOf`: what a variable holds.
 */
export function readSlash(line: string, at: number, valueOf: (name: string) => string | null): SlashCommand {
  nameEnd.lastIndex = at + 1;
  let place = nameEnd.exec(line)?.index ?? line.length;
  const name = line.slice(at + 1, place);
  const found: SlashArgument[] = [];
  const rest = (): SlashCommand => {
    found.push({ text: line.slice(place).trim(), isQuoted: false });
    return { name, arguments: found, end: line.length };
  };
  const skip = (): void => {
    blanks.lastIndex = place;
    blanks.exec(line);
    place = blanks.lastIndex;
  };
  for (skip(); place < line.length && line[place] !== '\\'; skip()) {
    if (wholeLine.has(name) || (pipes.has(name) && line[place] === '|')) return rest();
    const argument = readArgument(line, place, valueOf);
    found.push(argument);
    place = argument.end;
  }
  return { name, arguments: found, end: line.startsWith('\\\\', place) ? place + 2 : place };
}

function readArgument(
  line: string,
  from: number,
  valueOf: (name: string) => string | null,
): SlashArgument & { readonly end: number } {
  let text: string | null = '';
  let isQuoted = false;
  let at = from;
  const add = (more: string | null): void => {
    text = text === null || more === null ? null : text + more;
  };
  const until = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    at = found === null ? line.length : pattern.lastIndex;
    isQuoted = true;
    return found?.[1] ?? null;
  };
  while (at < line.length && !/[ \t\n\r\f\v\\]/.test(line[at] as string)) {
    if (line[at] === "'") add(unescaped(until(/'((?:[^'\\]|\\.|'')*)'/sy)));
    else if (line[at] === '"') add(until(/"((?:[^"]|"")*)"/y)?.replaceAll('""', '"') ?? null);
    else if (line[at] === '`') {
      until(/`[^`]*`/y);
      add(null);
    } else {
      variable.lastIndex = at;
      const [whole, ...names] = variable.exec(line) ?? [];
      if (whole === undefined) add(line[at++] as string);
      else {
        const named = names.find((name) => name !== undefined);
        // Nobody has a variable of digits alone, and ports stand behind a colon
        const isPort = named !== undefined && /^\d+$/.test(named);
        add(named === undefined ? null : (valueOf(named) ?? (isPort ? whole : null)));
        at += whole.length;
      }
    }
  }
  return { text, isQuoted, end: at };
}

function unescaped(text: string | null): string | null {
  if (text === null) return null;
  return text.replaceAll(
    /''|\\(?:x([\dA-Fa-f]{1,2})|([0-7]{1,3})|(.))/gs,
    (_, hexadecimal?: string, octal?: string, other?: string) => {
      if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return other === undefined ? "'" : (escapes[other] ?? other);
    },
  );
}
