/** How a reader wants the pieces of a row, as SQL. */
export interface Forms {
  /** A text that may hold anything. */
  readonly text: (sql: string) => string;
  /** A real number: SQLite itself prints only some of its digits. */
  readonly real: (sql: string) => string;
  /** A backslash that is to reach PostgreSQL as a single one. */
  readonly backslash: string;
}

/** What to read: all rows of a table or a view. */
export interface Rows {
  /** A row's values as SQL, each null or what PostgreSQL is to read. */
  readonly values: (forms: Forms) => readonly string[];
  /** Quoted. */
  readonly from: string;
  /** What tells the rows' order; null where nothing does. */
  readonly order: string | null;
}

/** An open file, as of one moment. One thing is asked at a time. */
export interface Reader {
  /** A short question: expressions, and all of the SELECT behind them. Values come as text. */
  ask(expressions: readonly string[], rest: string): Promise<(string | null)[][]>;
  /** Lines of COPY's text format, in pieces. Bytes that are no UTF-8 stay as they are: PostgreSQL refuses them. */
  lines(rows: Rows): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
