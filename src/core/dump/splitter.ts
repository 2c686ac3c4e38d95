import { mostInOne, tooLong } from '../../pg/limit.ts';

const headSize = 4096;
const tailSize = 256;

/** What a line of SQL can begin that reaches over what else would end a statement. */
const marks = /'|"|(?<![\w$])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|--|\/\*|[();]/g;

/**
 * Splits SQL into statements, line by line, as psql does: a semicolon within quotes, comments, dollar quotes, parentheses or a body that
 * begins with BEGIN ATOMIC ends nothing.
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
        if (!this.#isBlank) ended.push(this.#text.trim());
        this.#clear();
        from = at;
      } else
        this.#open(
          mark,
          mark === "'" && /(?:^|[^\w$])[eE]$/.test(line.slice(Math.max(0, found.index - 2), found.index)),
        );
    }
    take(line.length);
    if (this.isIdle) this.#clear();
    return ended;
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length > mostInOne) throw tooLong(`${this.#place}: a statement`, mostInOne);
    if (this.#head.length < headSize) this.#head = (this.#head + text).slice(0, headSize);
    // Where a word is cut in two, the next look has all of it
    const near = this.#tail + text;
    this.#isAtomic ||= /\bbegin\s+atomic\b/i.test(near);
    this.#tail = near.slice(-tailSize);
  }

  /** A function's body that is SQL itself: its own semicolons come before its END. */
  #isOpenBody(): boolean {
    return (
      this.#isAtomic &&
      /^\s*create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(this.#head) &&
      !/\bend\s*$/i.test(this.#tail)
    );
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
