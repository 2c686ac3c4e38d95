import { Gathered } from '../text/gathered.ts';
import { mostInOne, tooLong } from '../pg/limit.ts';
import { readSlash, type SlashCommand, sends } from './slash.ts';
import { longStatement, Statement } from './statement.ts';

const headSize = 4096;
const tailSize = 256;

/** Bytes that are gathered as a text. More of it, line by line, would be a chain of millions of texts, which takes ten times their size. */
const recentSize = 64 * 1024;

/** No command of psql's has a longer name. */
const longestName = 64;

const bytewise = (text: string): string => Buffer.from(text).toString('latin1');
const asText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

/** What a line of SQL can begin that reaches over what else would end a statement. Names are read whole: a dollar in one begins nothing. */
const marks =
  /[eE]'|'|"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|--|\/\*|[();\\]/g;

const strings =
  /^set\s+(?:session\s+|local\s+)?standard_conforming_strings\s*(?:=|to)\s*'?(?:(on|true|yes|1)|off|false|no|0)\b/i;

/**
 * Splits SQL into statements, line by line, as psql does: a semicolon within quotes, comments, dollar quotes, parentheses or a body that
 * begins with BEGIN ATOMIC ends nothing. A backslash outside of quotes and comments is a command of psql's, wherever it stands. Lines are
 * bytes, each a character: as text a long one with a single wide character takes twice its size, once for each copy.
 */
export class StatementSplitter {
  readonly #gathered: Gathered;
  #recent = '';
  #size = 0;
  /** The beginning and the end of it: whether it is a body that is open is asked at each semicolon. */
  #head = '';
  #tail = '';
  #isAtomic = false;
  #place = '';
  /** Kept beside the text: to look at the whole of it at each line takes quadratic time. */
  #isBlank = true;
  #depth = 0;
  /** What ends the quote or comment that is open. */
  #closing: string | null = null;
  #comments = 0;
  #escapes = false;
  /** Whether backslashes escape in quotes too that have no E before them: standard_conforming_strings is off. */
  #alwaysEscapes = false;
  readonly #most: number;
  readonly #valueOf: (name: string) => string | null;
  readonly #onCommand: (command: SlashCommand, isAlone: boolean) => void;

  /** `onCommand`: told each command of psql's, and whether it begins its line, with no statement open. */
  constructor(
    onCommand: (command: SlashCommand, isAlone: boolean) => void = () => undefined,
    valueOf: (name: string) => string | null = () => null,
    most = mostInOne,
  ) {
    this.#onCommand = onCommand;
    this.#valueOf = (name) => {
      const value = valueOf(asText(name));
      return value === null ? null : bytewise(value);
    };
    this.#most = most;
    this.#gathered = new Gathered(longStatement, most);
  }

  /** Nothing has begun. */
  get isIdle(): boolean {
    return this.#isBlank && this.#closing === null;
  }

  /**
   * Takes a line, its end included, and where that stands; yields the statements that it ends, without semicolon and comments. Each is
   * to be used before the next is asked for.
   */
  *line(line: string, place: string): Generator<Statement> {
    if (this.isIdle) this.#place = place;
    let from = 0;
    let at = 0;
    const take = (to: number): void => {
      const taken = line.slice(from, to);
      this.#add(taken);
      this.#isBlank &&= taken.trim() === '';
      from = to;
    };
    while (at < line.length) {
      if (this.#closing !== null) {
        const isComment = this.#closing === '*/';
        at = this.#close(line, at);
        if (isComment) from = at;
        continue;
      }
      marks.lastIndex = at;
      const found = marks.exec(line);
      if (found === null) break;
      const [mark] = found;
      at = found.index + mark.length;
      if (mark === '--') {
        take(found.index);
        this.#add('\n');
        from = line.length;
        at = line.length;
      } else if (mark === '/*') {
        take(found.index);
        from = at;
        this.#open('*/', false);
        this.#comments = 1;
      } else if (mark === '(') this.#depth++;
      else if (mark === ')') this.#depth = Math.max(0, this.#depth - 1);
      else if (mark === ';') {
        if (this.#depth > 0) continue;
        take(found.index);
        if (this.#isOpenBody()) {
          this.#add(';');
          from = at;
          continue;
        }
        yield* this.#end();
        from = at;
      } else if (mark === '\\') {
        take(found.index);
        if (line[at] === ';') yield* this.#end();
        if (line[at] === ';' || line[at] === ':') at++;
        else {
          const command = readSlash(line, found.index, this.#valueOf);
          this.#onCommand(readable(command), found.index === 0 && this.isIdle);
          if (sends(command)) yield* this.#end();
          else if (/^r(?:eset)?$/.test(command.name)) this.#clear();
          at = command.end;
        }
        from = at;
      } else if (mark.endsWith("'")) this.#open("'", mark !== "'" || this.#alwaysEscapes);
      else if (mark === '"' || mark.startsWith('$')) this.#open(mark, false);
    }
    take(line.length);
    if (this.isIdle) this.#clear();
  }

  #add(text: string): void {
    this.#size += text.length;
    if (this.#size > this.#most) throw tooLong(`${this.#place}: a statement`, this.#most);
    if (this.#recent.length + text.length < recentSize) this.#recent += text;
    else {
      this.#gather(this.#recent);
      for (let from = 0; from < text.length; from += recentSize) this.#gather(text.slice(from, from + recentSize));
      this.#recent = '';
    }
    if (this.#head.length < headSize) this.#head += text.slice(0, headSize - this.#head.length);
    // Where a word is cut in two, the next look has all of it; put together with a long text it would be copied
    const near = this.#tail + text.slice(0, tailSize);
    this.#isAtomic ||= /\bbegin\s+atomic\b/i.test(near) || /\bbegin\s+atomic\b/i.test(text);
    this.#tail = (this.#tail + text.slice(-tailSize)).slice(-tailSize);
  }

  #gather(text: string): void {
    this.#gathered.add(Buffer.from(text, 'latin1'));
  }

  /** A function's body that is SQL itself: its own semicolons come before its END. */
  #isOpenBody(): boolean {
    return (
      this.#isAtomic &&
      /^\s*create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(this.#head) &&
      !/\bend\s*$/i.test(this.#tail)
    );
  }

  *#end(): Generator<Statement> {
    this.#gather(this.#recent);
    const isBlank = this.#isBlank;
    const statement = new Statement(this.#gathered.take());
    const [all, on] = strings.exec(statement.head) ?? [];
    if (all !== undefined) this.#alwaysEscapes = on === undefined;
    this.#clear();
    this.#depth = 0;
    if (!isBlank) yield statement;
  }

  #clear(): void {
    this.#gathered.take();
    [this.#recent, this.#size, this.#head, this.#tail, this.#isAtomic] = ['', 0, '', '', false];
    this.#isBlank = true;
  }

  #open(closing: string, escapes: boolean): void {
    this.#closing = closing;
    this.#escapes = escapes;
  }

  /** Looks for what closes the quote or comment; returns where to go on. */
  #close(line: string, at: number): number {
    const closing = this.#closing as string;
    if (closing === '*/') {
      const next = /\*\/|\/\*/g;
      next.lastIndex = at;
      const found = next.exec(line);
      if (found === null) return line.length;
      this.#comments += found[0] === '/*' ? 1 : -1;
      if (this.#comments === 0) this.#closing = null;
      return next.lastIndex;
    }
    if (this.#escapes) {
      const next = /\\.|''|'/gs;
      next.lastIndex = at;
      for (let found = next.exec(line); found !== null; found = next.exec(line))
        if (found[0] === "'") {
          this.#closing = null;
          return next.lastIndex;
        }
      return line.length;
    }
    const end = line.indexOf(closing, at);
    if (end < 0) return line.length;
    // A doubled quote is one within; it opens again at once
    this.#closing = null;
    return end + closing.length;
  }
}

/** The same command as text. */
function readable({ name, arguments: given, end }: SlashCommand): SlashCommand {
  return {
    name: asText(name.slice(0, longestName)),
    arguments: given.map(({ text, isQuoted }) => ({ text: text === null ? null : asText(text), isQuoted })),
    end,
  };
}
