import { databaseDump } from './copy-block.ts';

/** What pg_dump and pg_dumpall write around a script: its title, and their last words. */
const title = /^-- PostgreSQL database (cluster )?dump( complete)?$/;

/** Where a script ends that is not whole. */
export interface Cut {
  /** The last line that is of it, from 1. */
  readonly line: number;
  /** Where it stopped, and what is missing. */
  readonly why: string;
}

/** What there is to say of a script that was cut. */
export function cutMessage(name: string, { line, why }: Cut): string {
  return `${name} is truncated at line ${line}: ${why}`;
}

/**
 * Watches for what pg_dump writes at the end of each script: `-- PostgreSQL database dump complete`, and `\unrestrict` where it began with
 * `\restrict`. A script without its title is another's, of which only a COPY block that never ends is known to be cut.
 */
export class Ending {
  #cluster = false;
  #database = false;
  #isOurs = false;
  #restricted = false;
  #cut: Cut | null = null;

  /** Takes a line that is neither data nor within quotes. */
  line(text: string, line: number): void {
    if (text.startsWith('\\')) {
      if (text.startsWith('\\restrict ')) this.#restricted = true;
      if (text.startsWith('\\unrestrict ')) this.#restricted = false;
      return;
    }
    if (!text.startsWith(databaseDump)) return;
    const [all, cluster, complete] = title.exec(text.trimEnd()) ?? [];
    if (all === undefined) return;
    this.#isOurs = true;
    const isBegin = complete === undefined;
    if (cluster !== undefined) this.#cluster = isBegin;
    else {
      if (isBegin && this.#database) this.#cutAt(line, 'another dump begins before this one is complete');
      this.#database = isBegin;
    }
  }

  /** A title of pg_dump stands among the rows of a table, where another dump was put behind one that was cut. */
  withinRows(table: string, line: number): void {
    this.#cutAt(line, `another dump begins within the rows of ${table}`);
  }

  /** `table`: whose rows have begun and not ended. */
  end(line: number, table: string | null): Cut | null {
    if (this.#cut?.line === line) this.#cut = null; // its closing line, cut before its last word
    const where = table === null ? '' : `within the rows of ${table}, and `;
    if (this.#database || this.#cluster)
      this.#cutAt(
        line,
        `${where}its closing line, "-- PostgreSQL database ${this.#database ? '' : 'cluster '}dump complete", is missing`,
      );
    else if (this.#isOurs && this.#restricted)
      this.#cutAt(line, String.raw`the \unrestrict after its closing line is missing`);
    else if (table !== null) this.#cutAt(line, String.raw`the \. that ends the rows of ${table} is missing`);
    return this.#cut;
  }

  #cutAt(line: number, why: string): void {
    this.#cut ??= { line, why };
  }
}
