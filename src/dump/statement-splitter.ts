import { mostInOne, tooLong } from '../pg/limit.ts';
import { readSlash, type SlashCommand, sends } from './slash.ts';

const headSize = 4096;
const tailSize = 256;

/** What a line of SQL can begin that reaches over what else would end a statement. Names are read whole: a dollar in one begins nothing. */
const marks =
  /[eE]'|'|"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|--|\/\*|[();\\]/g;

const strings =
  /^set\s+(?:session\s+|local\s+)?standard_conforming_strings\s*(?:=|to)\s*'?(?:(on|true|yes|1)|off|false|no|0)\b/i;

/**
 * Splits SQL into statements, line by line, as psql does: a semicolon within quotes, comments, dollar quotes, parentheses or a body that
 * begins with BEGIN ATOMIC ends nothing. A backslash outside of quotes and comments is a command of psql's, wherever it stands.
 */
export class StatementSplitter {
  #text = '';
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
    this.#valueOf = valueOf;
    this.#most = most;
  }

  /** Nothing has begun. */
  get isIdle(): boolean {
    return this.#isBlank && this.#closing === null;
  }

  /** Takes a line, its end included, and where that stands; returns the statements that it ends, without semicolon and comments. */
  line(line: string, place: string): string[] {
    if (this.isIdle) this.#place = place;
    const ended: string[] = [];
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
        this.#end(ended);
        from = at;
      } else if (mark === '\\') {
        take(found.index);
        if (line[at] === ';') this.#end(ended);
        if (line[at] === ';' || line[at] === ':') at++;
        else {
          const command = readSlash(line, found.index, this.#valueOf);
          this.#onCommand(command, found.index === 0 && this.isIdle);
          if (sends(command)) this.#end(ended);
          else if (/^r(?:eset)?$/.test(command.name)) this.#clear();
          at = command.end;
        }
        from = at;
      } else if (mark.endsWith("'")) this.#open("'", mark !== "'" || this.#alwaysEscapes);
      else if (mark === '"' || mark.startsWith('$')) this.#open(mark, false);
    }
    take(line.length);
    if (this.isIdle) this.#clear();
    return ended;
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length > this.#most) throw tooLong(`${this.#place}: a statement`, this.#most);
    if (this.#head.length < headSize) this.#head += text.slice(0, headSize - this.#head.length);
    // Where a word is cut in two, the next look has all of it; put together with a long text it would be copied
    const near = this.#tail + text.slice(0, tailSize);
    this.#isAtomic ||= /\bbegin\s+atomic\b/i.test(near) || /\bbegin\s+atomic\b/i.test(text);
    this.#tail = (this.#tail + text.slice(-tailSize)).slice(-tailSize);
  }

  /** A function's body that is SQL itself: its own semicolons come before its END. */
  #isOpenBody(): boolean {
    return (
      this.#isAtomic &&
      /^\s*create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(this.#head) &&
      !/\bend\s*$/i.test(this.#tail)
    );
  }

  #end(ended: string[]): void {
    const statement = this.#text.trim();
    const [all, on] = strings.exec(statement) ?? [];
    if (all !== undefined) this.#alwaysEscapes = on === undefined;
    if (!this.#isBlank) ended.push(statement);
    this.#clear();
    this.#depth = 0;
  }

  #clear(): void {
    [this.#text, this.#head, this.#tail, this.#isAtomic] = ['', '', '', false];
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
