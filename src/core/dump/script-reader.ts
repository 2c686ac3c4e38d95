import {
  type DumpContents,
  type DumpedSequence,
  type DumpedTable,
  type DumpFeed,
  type DumpRelation,
  keyOf,
} from './contents.ts';
import { CopiedRows } from './copied.ts';
import { Furthest } from './furthest.ts';
import { definition, identifier, identifiers, pattern, quotedRelation, relation, tuples } from './sql.ts';

interface Sequence extends DumpRelation {
  definition: DumpedSequence['definition'];
  set: DumpedSequence['set'];
  readonly feeds: DumpFeed[];
}

interface Table extends DumpRelation {
  /** In their order, as CREATE TABLE has them: INSERT may leave them unsaid. Empty where the script does not make the table. */
  readonly columns: string[];
  rows: bigint;
  /** What it is a partition or a child of. */
  readonly parents: string[];
}

const path = /^set\s+search_path\s*(?:=|to)\s*('[^']*'|"(?:[^"]|"")*"|[^,\s]+)/i;
const createSequence = pattern('create (?:unlogged )?sequence (?:if not exists )?R');
const ownedBy = pattern('alter sequence R owned by (\\S.*)$');
const createTable = pattern('create (?:unlogged |foreign )?table (?:if not exists )?R');
const setDefault = pattern("alter table (?:only )?R alter (?:column )?W set default nextval\\('((?:[^']|'')*)'");
const identity = pattern(
  'alter table (?:only )?R alter (?:column )?W add generated (?:always|by default) as identity \\( sequence name R',
);
const attach = pattern('alter table (?:only )?R attach partition R');
const insert = pattern('insert into R');
const copy = pattern('copy R \\(([^)]*)\\) from stdin');
const setval = /^select\s+pg_catalog\.setval\('((?:[^']|'')*)',\s*(-?\d+),\s*(true|false)\)/i;
/** In CREATE TABLE: what follows its name. */
const parent = /^\s*partition\s+of\s+("(?:[^"]|"")*"(?:\."(?:[^"]|"")*")?|\S+)|\)\s*inherits\s*\(([^)]*)\)/i;
const columnLine = /^\s+("(?:[^"]|"")*"|[^\s"(),]+)\s/;
const constraintWord = /^(?:constraint|check|primary|unique|foreign|exclude|like)$/i;
const inlineDefault = /\bdefault\s+nextval\('((?:[^']|'')*)'/i;

/** Takes the statements of a script one by one, and keeps what they say of tables and sequences. */
export class ScriptReader {
  readonly #sequences = new Map<string, Sequence>();
  readonly #tables = new Map<string, Table>();
  /** By the sequence that feeds the columns. */
  readonly #fed = new Map<string, Furthest>();
  /** By table and column, where the script does not make the table: nothing is known of its columns. */
  readonly #unknown = new Map<
    string,
    { readonly table: Table; readonly column: string; readonly furthest: Furthest }
  >();
  readonly #watched = new Map<string, Furthest | null>();
  /** The tables with rows, in their order. */
  readonly #loaded = new Set<Table>();
  #schema = 'public';
  #copying: Table | null = null;

  /** Takes a statement; where it begins a COPY block, returns what reads its rows. */
  statement(text: string): CopiedRows | null {
    const read = (of: RegExp, use: (...groups: string[]) => void): boolean => {
      const [all, ...groups] = of.exec(text) ?? [];
      if (all === undefined) return false;
      use(...groups, text.slice(all.length));
      return true;
    };
    const [, copied = '', columns = ''] = copy.exec(text) ?? [];
    if (copied !== '') return this.#copy(this.#table(this.#named(copied)), identifiers(columns));
    void (
      read(insert, (name = '', rest = '') => this.#insert(this.#table(this.#named(name)), rest)) ||
      read(setval, (name = '', value = '', called = '') => {
        this.#sequence(this.#quoted(name)).set = { value: BigInt(value), isCalled: called.toLowerCase() === 'true' };
      }) ||
      read(path, (first = '') => {
        this.#schema = identifier(first.replace(/^'(.*)'$/s, '$1')) || 'public';
      }) ||
      read(createSequence, (name = '', rest = '') => {
        this.#sequence(this.#named(name)).definition = definition(rest);
      }) ||
      read(ownedBy, (name = '', owner = '') => {
        const parts = owner.match(/"(?:[^"]|"")*"|[^."\s]+/g) ?? [];
        const column = parts.pop();
        if (column !== undefined && parts.length > 0)
          this.#feed(this.#named(name), this.#named(parts.join('.')), identifier(column));
      }) ||
      read(setDefault, (table = '', column = '', name = '') =>
        this.#feed(this.#quoted(name), this.#named(table), identifier(column)),
      ) ||
      read(identity, (table = '', column = '', name = '', rest = '') => {
        this.#sequence(this.#named(name)).definition = definition(rest);
        this.#feed(this.#named(name), this.#named(table), identifier(column));
      }) ||
      read(attach, (root = '', partition = '') =>
        this.#table(this.#named(partition)).parents.push(keyOf(this.#named(root))),
      ) ||
      read(createTable, (name = '', rest = '') => this.#create(this.#table(this.#named(name)), rest))
    );
    return null;
  }

  /** The block that `statement` began is over. */
  copied({ rows }: CopiedRows): void {
    if (this.#copying !== null) this.#copying.rows += rows;
    this.#copying = null;
  }

  contents(): DumpContents {
    const sequences = [...this.#sequences.values()].map((sequence): DumpedSequence => {
      const guess = sequence.feeds.length > 0 ? undefined : this.#byName(sequence);
      if (guess === undefined)
        return { ...sequence, byName: false, furthest: this.#fed.get(keyOf(sequence))?.values() ?? [] };
      const { table, column, furthest } = guess;
      const feed = { schema: table.schema, name: table.name, column };
      return { ...sequence, feeds: [feed], byName: true, furthest: furthest.values() };
    });
    return {
      tables: [...this.#loaded].map(({ schema, name, rows }): DumpedTable => ({ schema, name, rows })),
      sequences: sequences.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    };
  }

  /** In a script of data alone nothing but its name tells what a sequence feeds. */
  #byName({ schema, name }: Sequence): { table: Table; column: string; furthest: Furthest } | undefined {
    return [...this.#unknown.values()].find(
      ({ table, column }) => table.schema === schema && name === `${table.name}_${column}_seq`,
    );
  }

  /** Columns stand on lines of their own; a default stands with them where the column does not own the sequence. */
  #create(table: Table, body: string): void {
    const [, root, above] = parent.exec(body) ?? [];
    if (root !== undefined || above !== undefined) table.parents.push(keyOf(this.#named(root ?? above ?? '')));
    for (const line of body.split('\n')) {
      const [, name] = columnLine.exec(line) ?? [];
      if (name === undefined || constraintWord.test(name)) continue;
      table.columns.push(identifier(name));
      const [, sequence] = inlineDefault.exec(line) ?? [];
      if (sequence !== undefined) this.#feed(this.#quoted(sequence), table, identifier(name));
    }
  }

  #copy(table: Table, columns: readonly string[]): CopiedRows {
    this.#loaded.add(table);
    this.#copying = table;
    return new CopiedRows(
      columns.flatMap((column, place) => {
        const furthest = this.#watch(table, column);
        return furthest === null ? [] : [{ place, add: (value: bigint) => furthest.add(value) }];
      }),
    );
  }

  #insert(table: Table, rest: string): void {
    this.#loaded.add(table);
    const values = /\bvalues\b/i.exec(rest);
    if (values === null || /^\s*default\s+values/i.test(rest)) {
      table.rows++;
      return;
    }
    const [, listed] = /^\s*\(([^)]*)\)/.exec(rest) ?? [];
    const columns = listed === undefined ? table.columns : identifiers(listed);
    const watched = columns.map((column) => this.#watch(table, column));
    for (const tuple of tuples(rest.slice(values.index + values[0].length))) {
      table.rows++;
      for (const [place, furthest] of watched.entries()) {
        const value = tuple[place]?.replace(/^'(.*)'$/s, '$1') ?? '';
        if (furthest !== null && /^-?\d{1,40}$/.test(value)) furthest.add(BigInt(value));
      }
    }
  }

  /** What keeps the furthest values of a column; null for one that no sequence feeds. Links stand ahead of the rows in a script. */
  #watch(table: Table, column: string): Furthest | null {
    const key = `${keyOf(table)} ${column}`;
    const known = this.#watched.get(key);
    if (known !== undefined) return known;
    const made = this.#watchAnew(table, column);
    this.#watched.set(key, made);
    return made;
  }

  #watchAnew(table: Table, column: string): Furthest | null {
    const lineage = [keyOf(table), ...this.#parentsOf(table)];
    const feeding = [...this.#sequences.values()].find(({ feeds }) =>
      feeds.some((feed) => feed.column === column && lineage.includes(keyOf(feed))),
    );
    if (feeding !== undefined) {
      const furthest = this.#fed.get(keyOf(feeding)) ?? new Furthest(feeding.definition?.increment ?? 1n);
      this.#fed.set(keyOf(feeding), furthest);
      return furthest;
    }
    if (table.columns.length > 0) return null;
    const furthest = new Furthest(1n);
    this.#unknown.set(`${keyOf(table)} ${column}`, { table, column, furthest });
    return furthest;
  }

  #parentsOf(table: Table): string[] {
    return table.parents.flatMap((key) => {
      const above = this.#tables.get(key);
      return [key, ...(above === undefined ? [] : this.#parentsOf(above))];
    });
  }

  #named(text: string): DumpRelation {
    return relation(text, this.#schema);
  }

  #quoted(literal: string): DumpRelation {
    return quotedRelation(literal, this.#schema);
  }

  #table({ schema, name }: DumpRelation): Table {
    const key = keyOf({ schema, name });
    const known = this.#tables.get(key) ?? { schema, name, columns: [], rows: 0n, parents: [] };
    this.#tables.set(key, known);
    return known;
  }

  #sequence({ schema, name }: DumpRelation): Sequence {
    const key = keyOf({ schema, name });
    const known = this.#sequences.get(key) ?? { schema, name, definition: null, set: null, feeds: [] };
    this.#sequences.set(key, known);
    return known;
  }

  #feed(sequence: DumpRelation, { schema, name }: DumpRelation, column: string): void {
    const { feeds } = this.#sequence(sequence);
    const feed = { schema, name, column };
    if (!feeds.some((one) => one.column === column && keyOf(one) === keyOf(feed))) feeds.push(feed);
  }
}
