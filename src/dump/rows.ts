import { type DumpRelation, keyOf } from './contents.ts';
import type { WatchedColumn } from './copy-block.ts';
import { Furthest } from './furthest.ts';
import { columnKey, columnsOf, type Sources, type Table } from './sources.ts';
import { identifiers, ownText, tuples } from './sql.ts';
import type { Statement } from './statement.ts';

/** A column of which nobody knows what it draws from. */
interface Guess extends DumpRelation {
  readonly column: string;
  readonly furthest: Furthest;
}

const insertList = /^\s*\(((?:[^"()]|"(?:[^"]|"")*")*)\)/;
const beforeValues = /^\s*(?:overriding\s+(?:system|user)\s+value\s+)?values\b/i;

/** Keeps the furthest values of the columns that sequences feed. Links stand ahead of the rows in a script. */
export class Rows {
  readonly #sources: Sources;
  readonly #incrementOf: (sequence: DumpRelation) => bigint;
  readonly #bySequence = new Map<string, Furthest>();
  readonly #guesses = new Map<string, Guess>();
  readonly #watched = new Map<string, readonly Furthest[]>();

  constructor(sources: Sources, incrementOf: (sequence: DumpRelation) => bigint) {
    this.#sources = sources;
    this.#incrementOf = incrementOf;
  }

  /** The values that count for a sequence. */
  of(sequence: DumpRelation): readonly bigint[] {
    return this.#bySequence.get(keyOf(sequence))?.values() ?? [];
  }

  /** What each sequence would feed by its name, as serial and identity columns have it; by its key. */
  guesses(): Map<string, Guess> {
    const named = [...this.#guesses.values()].map((guess): [string, Guess] => [
      keyOf({ schema: guess.schema, name: `${guess.name}_${guess.column}_seq` }),
      guess,
    ]);
    return new Map(named);
  }

  /** What a COPY block is read for. */
  copied(table: Table, columns: readonly string[]): WatchedColumn[] {
    return columns.flatMap((column, place) =>
      this.#watch(table, column).map((furthest) => ({
        place,
        furthest,
        isGuess: this.#guesses.has(columnKey(table, column)),
      })),
    );
  }

  /** Reads INSERT, in which so many characters lead up to what follows the name; returns how many rows it brings. */
  inserted(table: Table, statement: Statement, named: number): bigint {
    const text = statement.head.slice(named);
    const [all = '', list] = insertList.exec(text) ?? [];
    const values = beforeValues.exec(text.slice(all.length));
    if (values === null) return 1n;
    const columns = list === undefined ? columnsOf(table) : identifiers(list);
    const watched = columns.map((column) => this.#watch(table, column));
    let rows = 0n;
    for (const tuple of tuples(statement.behind(named + all.length + values[0].length))) {
      rows++;
      for (const [place, furthest] of watched.entries()) {
        if (furthest.length === 0) continue;
        const [, value] = /^'?(-?\d{1,40})(?:\.0*)?'?$/.exec(tuple[place] ?? '') ?? [];
        if (value !== undefined) for (const one of furthest) one.add(BigInt(value));
      }
    }
    return rows;
  }

  #watch(table: Table, column: string): readonly Furthest[] {
    const key = columnKey(table, column);
    const known = this.#watched.get(key);
    if (known !== undefined) return known;
    const found = this.#watchAnew(table, column, key);
    this.#watched.set(ownText(key), found);
    return found;
  }

  #watchAnew(table: Table, column: string, key: string): readonly Furthest[] {
    const sequences = this.#sources.of(table, column);
    if (sequences.length === 0 && columnsOf(table).length === 0) {
      const furthest = new Furthest(1n);
      this.#guesses.set(key, { schema: table.schema, name: table.name, column: ownText(column), furthest });
      return [furthest];
    }
    return sequences.map((sequence) => {
      const furthest = this.#bySequence.get(keyOf(sequence)) ?? new Furthest(this.#incrementOf(sequence));
      this.#bySequence.set(keyOf(sequence), furthest);
      return furthest;
    });
  }
}
