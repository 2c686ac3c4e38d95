import { printable } from '../../text/printable.ts';
import { saysError } from './severity.ts';
import { Flood } from './flood.ts';

/** Reads what a program says on standard error, line by line. */
export interface Listener {
  line(text: string): void;
  /** What has been read is whole: it is told. */
  flush(): void;
  /** What went wrong and did not stop the program, a line each; those that are alike are counted. */
  readonly errors: readonly string[];
  /** What `say` did not hear of them, a line for each cause. */
  untold(): readonly string[];
  /** The first error of each entry of the archive that had one, by its number in the table of contents. */
  readonly entries: ReadonlyMap<string, string>;
}

export interface Listening {
  /** The program has come to another table. */
  readonly onTable: (name: string) => void;
  /** An error or a warning, with the lines that belong to it. */
  readonly say: (block: readonly string[]) => void;
  /** Whether its chatter is told too: --verbose. */
  readonly isVerbose?: boolean;
}

/** What the lines of psql and pg_restore begin with, in English; below a line of SQL, a caret. */
const beginning = /^(?:psql:|pg_restore: |Command was: |(?:DETAIL|HINT|QUERY|CONTEXT|LOCATION|LINE \d+): |\s*\^$)/;

/** What has lines of its own. */
const quotation = /^(?:Command was|QUERY|CONTEXT|LINE \d+): /;

/** Lines that belong together, told when the next begin. */
class Block {
  readonly flood = new Flood();
  readonly entries = new Map<string, string>();
  readonly #say: (block: readonly string[]) => void;
  readonly #errorOf: (lines: readonly string[]) => string | null;
  #lines: string[] = [];

  constructor(say: (block: readonly string[]) => void, errorOf: (lines: readonly string[]) => string | null) {
    this.#say = say;
    this.#errorOf = errorOf;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** A line break within a message is a name's: what begins with no word of the program's own belongs to the message before. */
  add(line: string): void {
    const last = this.#lines.at(-1);
    if (last === undefined || beginning.test(line) || line.trim() === '') this.#lines.push(line);
    else if (quotation.test(last) || last.startsWith('  ')) this.#lines.push(`  ${line}`);
    else this.#lines.push(`${this.#lines.pop()}\n${line}`);
  }

  flush(): void {
    while (this.#lines.at(-1)?.trim() === '') this.#lines.pop();
    if (this.#lines.length === 0) return;
    const found = this.#errorOf(this.#lines);
    const error = found === null ? null : printable(found);
    const isTold = error === null || this.flood.add(error);
    if (error !== null) {
      const [entry] = this.#lines.flatMap((line) => /^pg_restore: from TOC entry (\d+);/.exec(line)?.[1] ?? []);
      if (entry !== undefined && !this.entries.has(entry))
        this.entries.set(entry, error.replace(/^.*?: (?=COPY failed )/, ''));
    }
    if (isTold) this.#say(this.#lines);
    this.#lines = [];
  }
}

/** pg_restore with --verbose and messages in English: what it is at goes to `onTable`, the rest of its chatter nowhere. */
export function listenToPgRestore({ onTable, say, isVerbose = false }: Listening): Listener {
  const block = new Block(say, pgRestoreError);
  const isVerdict = (line: string): boolean => /^pg_restore: (?:error|warning):/.test(line);
  return {
    get errors() {
      return block.flood.lines();
    },
    untold: () => block.flood.untold(),
    entries: block.entries,
    line(text) {
      const [, table] = /^pg_restore: processing data for table "(.*)"$/.exec(text) ?? [];
      if (table !== undefined) onTable(table);
      if (/^pg_restore: (?!error:|warning:|hint:|detail:|while |from TOC entry)/.test(text)) {
        block.flush();
        if (isVerbose) say([text]);
      } else {
        // "while …" and "from TOC entry …" stand ahead of the error that they belong to
        if (/^pg_restore: (?!hint:|detail:)/.test(text) && block.lines.some(isVerdict)) block.flush();
        if (block.lines.length > 0 || text.startsWith('pg_restore: ')) block.add(text);
      }
    },
    flush: () => block.flush(),
  };
}

function pgRestoreError(lines: readonly string[]): string | null {
  const error = lines.flatMap((line) => /^pg_restore: error: (.*)$/s.exec(line)?.[1] ?? [])[0];
  if (error === undefined) return null;
  const [entry] = lines.flatMap((line) => /^pg_restore: from TOC entry \d+; \d+ \d+ (.*)$/s.exec(line)?.[1] ?? []);
  return entry === undefined ? error : `${entry}: ${error}`;
}

/** psql, told a script on standard input: whatever it says belongs to the last line that names a place in the script. */
export function listenToPsql({ say }: Pick<Listening, 'say'>): Listener {
  const block = new Block(say, psqlError);
  return {
    get errors() {
      return block.flood.lines();
    },
    untold: () => block.flood.untold(),
    entries: block.entries,
    line(text) {
      if (text.startsWith('psql:')) block.flush();
      block.add(text);
    },
    flush: () => block.flush(),
  };
}

function psqlError([first = '']: readonly string[]): string | null {
  const [, line, word = '', message] = /^psql:(?:<stdin>:(\d+): |\s)?([^\s:]+):\s+(.*)$/s.exec(first) ?? [];
  if (!saysError(word)) return null;
  return line === undefined ? `${message}` : `line ${line}: ${message}`;
}
