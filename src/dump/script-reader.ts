import {
  type DumpContents,
  type ScriptCommand,
  type DumpedSequence,
  type DumpedTable,
  type DumpRelation,
  keyOf,
} from './contents.ts';
import { type Connect, connectOf } from './connect.ts';
import { CopiedRows } from './copy-block.ts';
import { Rows } from './rows.ts';
import { readSlash, type SlashCommand } from './slash.ts';
import { columnsOf, Sources, type Table } from './sources.ts';
import { definition, identifier, identifiers, ownText, pattern, quotedRelation, relation, relations } from './sql.ts';
import { Statement } from './statement.ts';
import { type ColumnBody, drawnFrom, tableBody } from './table-body.ts';

interface Sequence extends DumpRelation {
  definition: DumpedSequence['definition'];
  set: DumpedSequence['set'];
}

const path = /^set\s+search_path\s*(?:=|to)\s*('[^']*'|"(?:[^"]|"")*"|[^,\s]+)/i;
const createSequence = pattern('create (?:unlogged )?sequence (?:if not exists )?R');
const ownedBy = pattern('alter sequence R owned by (\\S.*)$');
const createTable = pattern('create (?:unlogged |foreign )?table (?:if not exists )?R');
const setDefault = pattern('alter table (?:only )?R alter (?:column )?W set default (.*)$');
const identity = pattern(
  'alter table (?:only )?R alter (?:column )?W add generated (?:always|by default) as identity \\( sequence name R',
);
const attach = pattern('alter table (?:only )?R attach partition R');
const insert = pattern('insert into R');
const copy = pattern('copy R(?:\\s*\\(L\\))? from stdin');
const setval =
  /^select\s+(?:pg_catalog\.)?setval\('((?:[^']|'')*)'(?:::regclass)?,\s*(-?\d+)(?:,\s*(true|false))?\s*\)/i;
/** Rows in another form than pg_dump's: they are counted, and not read. */
const otherForm = /\b(?:csv|binary|delimiters?)\b/i;

/** More commands than these nobody lists. */
const mostCommands = 1000;

/** A variable that holds more than this is not followed. */
const longestValue = 64 * 1024;

/** The longest name that PostgreSQL does not cut, in bytes. */
const longestName = 63;

/** Takes the statements of a script one by one, and keeps what they say of tables and sequences. */
export class ScriptReader {
  readonly #sequences = new Map<string, Sequence>();
  readonly #tables = new Map<string, Table>();
  readonly #sources = new Sources();
  readonly #rows = new Rows(this.#sources, (one) => this.#sequence(one).definition?.increment ?? 1n);
  /** The tables with rows, in their order. */
  readonly #loaded = new Set<Table>();
  readonly #connects: Connect[] = [];
  readonly #commands: ScriptCommand[] = [];
  /** What \set gives; null where only psql can tell. */
  readonly #variables = new Map<string, string | null>();
  #schema = 'public';
  #copying: Table | null = null;

  /** What a variable of psql's holds; null where only psql can tell. */
  readonly valueOf = (name: string): string | null => this.#variables.get(name) ?? null;

  /** Takes a command of psql's; where it begins a COPY block, returns what reads its rows. */
  command(command: SlashCommand, line: number, isAlone: boolean): CopiedRows | null {
    const { name, arguments: given } = command;
    if (this.#commands.length < mostCommands) this.#commands.push({ name, line, isAlone });
    if (/^c(?:onnect)?$/.test(name)) {
      const connect = connectOf(command, line);
      if (connect !== null) this.#connects.push(connect);
    }
    if (name === 'copy') return this.statement(new Statement(Buffer.from(`copy ${given[0]?.text ?? ''}`)));
    if (name !== 'set') return null;
    const [variable, ...values] = given.map(({ text }) => text);
    const value = values.includes(null) ? null : values.join('');
    if (typeof variable === 'string') this.#variables.set(variable, (value?.length ?? 0) > longestValue ? null : value);
    // A variable within SQL is read as if it stood there: a command in it is one. What it names in turn is not followed: it may name itself
    for (const { index } of value?.matchAll(/\\/g) ?? [])
      this.command(
        readSlash(value ?? '', index, () => null),
        line,
        false,
      );
    return null;
  }

  /** Takes a statement; where it begins a COPY block, returns what reads its rows. Of a long one the beginning counts, and all rows of INSERT. */
  statement(statement: Statement): CopiedRows | null {
    const { head: text } = statement;
    const copied = copy.exec(text);
    if (copied !== null) return this.#copy(copied[1] ?? '', copied[2], text.slice(copied[0].length));
    const read = (of: RegExp, use: (...groups: string[]) => void): boolean => {
      const [all, ...found] = of.exec(text) ?? [];
      if (all !== undefined) use(...found, text.slice(all.length));
      return all !== undefined;
    };
    void (
      read(insert, (name = '', rest = '') =>
        this.#insert(this.#table(this.#named(name)), statement, text.length - rest.length),
      ) ||
      read(setval, (name = '', value = '', called = 'true') => {
        this.#sequence(this.#quoted(name)).set = { value: BigInt(value), isCalled: called.toLowerCase() === 'true' };
      }) ||
      read(path, (first = '') => {
        this.#schema = identifier(first.replace(/^'(.*)'$/s, '$1')) || 'public';
      }) ||
      read(createSequence, (name = '', rest = '') => {
        this.#sequence(this.#named(name)).definition = definition(rest);
      }) ||
      read(ownedBy, (name = '', owner = '') => this.#owned(this.#named(name), owner)) ||
      read(identity, (table = '', column = '', name = '', rest = '') => {
        this.#sequence(this.#named(name)).definition = definition(rest);
        this.#sources.draws(this.#named(table), identifier(column), this.#named(name));
      }) ||
      read(setDefault, (table = '', column = '', expression = '') =>
        this.#draws(this.#named(table), identifier(column), drawnFrom(expression)),
      ) ||
      read(attach, (root = '', partition = '') =>
        this.#table(this.#named(partition)).roots.push(this.#table(this.#named(root))),
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

  /** The table whose rows are being read. */
  get copying(): string | null {
    return this.#copying === null ? null : `${this.#copying.schema}.${this.#copying.name}`;
  }

  contents(): Omit<DumpContents, 'cut' | 'passed'> {
    const feeds = this.#sources.feeds();
    const guesses = this.#rows.guesses();
    const sequences = [...this.#sequences.values()].map((sequence): DumpedSequence => {
      const known = feeds.get(keyOf(sequence)) ?? [];
      const guess = known.length > 0 ? undefined : guesses.get(keyOf(sequence));
      if (guess === undefined) return { ...sequence, feeds: known, byName: false, furthest: this.#rows.of(sequence) };
      const { furthest, ...feed } = guess;
      return { ...sequence, feeds: [feed], byName: true, furthest: furthest.values() };
    });
    return {
      tables: [...this.#loaded].map(({ schema, name, rows }): DumpedTable => ({ schema, name, rows })),
      connects: this.#connects,
      commands: this.#commands,
      sequences: sequences.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    };
  }

  #create(table: Table, text: string): void {
    const { columns, root, parents } = tableBody(text);
    if (root !== null) table.roots.push(this.#table(this.#named(root)));
    table.parents.push(...relations(parents, this.#schema).map((parent) => this.#table(parent)));
    for (const column of columns) {
      table.columns.push(column.name);
      this.#column(table, column);
    }
  }

  #column(table: Table, { name, rest, source, makesSequence }: ColumnBody): void {
    if (makesSequence) this.#makesSequence(table, name, rest);
    else if (source !== 'none') this.#draws(table, name, source === 'other' ? null : source.sequence);
  }

  /** Serial and identity columns make a sequence that is named after them; how PostgreSQL cuts a long name is not followed here. */
  #makesSequence(table: Table, column: string, rest: string): void {
    const sequence = { schema: table.schema, name: `${table.name}_${column}_seq` };
    if (Buffer.byteLength(sequence.name) > longestName) return;
    const [, small, big] = /^(small|serial2)?(big|serial8)?/i.exec(rest) ?? [];
    const [, size] = /^(smallint|integer|bigint|int)\b/i.exec(rest) ?? [];
    const type = size ?? (small !== undefined ? 'smallint' : big !== undefined ? 'bigint' : 'integer');
    this.#sequence(sequence).definition = definition(`as ${type === 'int' ? 'integer' : type} ${rest}`);
    this.#sources.draws(table, column, sequence);
  }

  #owned(sequence: DumpRelation, owner: string): void {
    const parts = owner.match(/"(?:[^"]|"")*"|[^."\s]+/g) ?? [];
    const column = parts.pop();
    if (column === undefined || parts.length === 0) return; // NONE
    this.#sequence(sequence);
    this.#sources.owns(this.#named(parts.join('.')), identifier(column), sequence);
  }

  #draws(table: DumpRelation, column: string, literal: string | null): void {
    this.#sources.draws(table, column, literal === null ? null : this.#sequence(this.#quoted(literal)));
  }

  #copy(name: string, list: string | undefined, form: string): CopiedRows {
    const table = this.#table(this.#named(name));
    this.#loaded.add(table);
    this.#copying = table;
    if (otherForm.test(form)) return new CopiedRows([]);
    return new CopiedRows(this.#rows.copied(table, list === undefined ? columnsOf(table) : identifiers(list)));
  }

  #insert(table: Table, statement: Statement, named: number): void {
    this.#loaded.add(table);
    table.rows += this.#rows.inserted(table, statement, named);
  }

  #named(text: string): DumpRelation {
    return relation(text, this.#schema);
  }

  #quoted(literal: string): DumpRelation {
    return quotedRelation(literal, this.#schema);
  }

  #table({ schema, name }: DumpRelation): Table {
    const key = keyOf({ schema, name });
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const table: Table = {
      schema: ownText(schema),
      name: ownText(name),
      columns: [],
      rows: 0n,
      roots: [],
      parents: [],
    };
    this.#tables.set(ownText(key), table);
    return table;
  }

  #sequence({ schema, name }: DumpRelation): Sequence {
    const key = keyOf({ schema, name });
    const known = this.#sequences.get(key) ?? { schema, name, definition: null, set: null };
    this.#sequences.set(key, known);
    return known;
  }
}
