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

/** What a script says in more than this is not followed, as if only psql could tell. */
const longestArgument = 64 * 1024;
const mostArguments = 1000;

// Each of them matches only so much: a pattern that repeats a choice takes stack for each time
const plain = /(?:[^ \t\n\r\f\v\\'"`:]|:(?![\w\u0080-\uffff'"{])){1,1000}/y;
const inSingle = /(?:[^'\\]|\\.|''){1,1000}/sy;
const inDouble = /(?:[^"]|""){1,1000}/y;
const inBackticks = /[^`]{1,1000}/y;
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
    let end = line.length;
    while (end > place && ' \t\n\r\f\v'.includes(line[end - 1] as string)) end--;
    found.push({ text: line.slice(place, end), isQuoted: false });
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
    if (found.length < mostArguments) found.push(argument);
    else found[mostArguments - 1] = { text: null, isQuoted: false };
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
    text = text === null || more === null || text.length > longestArgument ? null : text + more;
  };
  /** Reads what stands in quotes of one kind; null where they are never closed, or it is long. */
  const quoted = (inside: RegExp): string | null => {
    const closing = line[at++];
    let found: string | null = '';
    isQuoted = true;
    for (inside.lastIndex = at; inside.test(line); inside.lastIndex = at) {
      if (found !== null) found = found.length > longestArgument ? null : found + line.slice(at, inside.lastIndex);
      at = inside.lastIndex;
    }
    if (line[at] !== closing) return null; // nothing closes it: that is the end of the line
    at++;
    return found;
  };
  while (at < line.length && !/[ \t\n\r\f\v\\]/.test(line[at] as string)) {
    if (line[at] === "'") add(unescaped(quoted(inSingle)));
    else if (line[at] === '"') add(quoted(inDouble)?.replaceAll('""', '"') ?? null);
    else if (line[at] === '`') {
      quoted(inBackticks);
      add(null);
    } else {
      variable.lastIndex = at;
      const [whole, ...names] = variable.exec(line) ?? [];
      plain.lastIndex = at;
      if (whole === undefined) {
        const [run = line[at] as string] = plain.exec(line) ?? [];
        add(run);
        at += run.length;
      } else {
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
