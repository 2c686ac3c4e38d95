/** Where rows come from: a file, standard input, another database. It is read once, and as of one moment where the source can. */
export interface Source {
  /** How messages call it: the path, `standard input`, a URL without its password. */
  readonly name: string;
  /** Its tables, in its own order. Reads no rows, but what tells names, columns and counters. */
  readonly tables: readonly SourceTable[];
  close(): Promise<void>;
}

export interface SourceTable {
  /** Null where the source does not name it (a CSV on standard input): `--table` must. */
  readonly name: string | null;
  readonly schema: string | null;
  /** In the order of the rows. Null where rows name their columns one by one (NDJSON, JSON): `read` is told which then. */
  readonly columns: readonly string[] | null;
  /** What the source's own counter would hand out next, by column (`sqlite_sequence`, AUTO_INCREMENT, a sequence). */
  readonly counters: readonly { readonly column: string; readonly next: bigint }[];
  /** Stored maximum of integer key columns, where the source can tell before it is read. */
  readonly furthest: readonly { readonly column: string; readonly value: bigint }[];
  /** Values that integer columns most likely reach, where the source can only guess: they decide nothing, and save time. */
  readonly likely?: readonly { readonly column: string; readonly value: bigint }[];
  /** For progress and the remaining time; null when unknown. */
  readonly rows: bigint | null;
  readonly bytes: number | null;
  /** Opens its rows. May be called once (JSON documents: the source knows how to come back to a table, in any order). */
  read(wanted: Wanted): RowStream;
}

export interface Wanted {
  /** The target's columns, in the order in which COPY will name them, with the source's name for each and the target's type (format_type, base type of domains). */
  readonly columns: readonly { readonly source: string; readonly type: string }[];
  /** Rows one by one are needed (--rejects, --on-conflict, a client without COPY): only `text` format then. */
  readonly rowwise: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface RowStream {
  /** How COPY is to read it: `text` (tab, \N, backslash escapes: one line is one row, always) or CSV as it lies there. */
  readonly format:
    | { readonly kind: 'text'; readonly encoding?: string | null }
    | {
        readonly kind: 'csv';
        readonly delimiter: string;
        readonly header: boolean;
        readonly encoding: string | null;
        /** What stands for NULL, where it is not an empty field. */
        readonly nullText?: string | null;
      };
  /** Pieces of 64 KB or so. Ends the iteration by throwing a Problem that names the place for what cannot be read (truncated gzip, a stray quote, not JSON). */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The place in the source of a line that COPY counted (1 is the first): for messages. */
  placeOf(line: number): { readonly line: number | null; readonly row: number | null };
  /** Bytes of the source read so far, for progress; null where that makes no sense. */
  position(): number | null;
}
