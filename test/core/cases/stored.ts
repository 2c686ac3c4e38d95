import assert from 'node:assert/strict';
import {
  type FedColumn,
  type Incomparable,
  type Measurement,
  rangesOf,
  type SurveyedSequence,
  type Unreadable,
} from '../../../src/core/model/surveyed.ts';
import {
  type Block,
  columnRange,
  nextValue,
  type Position,
  type Range,
  upward,
} from '../../../src/core/model/sequence.ts';
import { position, sum } from './read.ts';

/** A sequence, the columns that it feeds and what is stored there, as a row of a table tells it. */
export interface Stored {
  readonly sequence: SurveyedSequence;
  readonly columns: readonly StoredColumn[];
  /** Null: the sequence could not be read, for the reason `unreadable`. */
  readonly position: Position | null;
  readonly unreadable: Unreadable | null;
  readonly margin: bigint;
}

/** A column and what is stored in it: whole numbers as bigint, fractions rounded down and said to be such. */
interface StoredColumn {
  readonly fed: FedColumn;
  readonly type: string;
  /** It owns the sequence and has no default: clients draw from it, and nobody said for which block. */
  readonly owned: boolean;
  /** The values as they are written in SQL. */
  readonly texts: readonly string[];
  readonly values: readonly { readonly floor: bigint; readonly whole: boolean }[];
  /** Why it, or what is not shown of it, could not be read. */
  readonly unread: Unreadable | null;
}

const types: Readonly<Record<string, string>> = {
  small: 'smallint',
  int: 'integer',
  big: 'bigint',
  float4: 'real',
  float8: 'double precision',
};
const bits: Readonly<Record<string, bigint>> = { small: 15n, int: 31n, big: 63n };
const single: Block = { from: 0n, to: 0n };

/**
 * Reads a case.
 * sequence: its type, then what differs from CREATE SEQUENCE's defaults: `int by -2 min -100 max -1 cycle cache 20`; also
 *   `margin N`, and `no-usage`, `no-owner` for what the role may not.
 * at: last_value and is_called, `3 t`; or why the sequence can't be read, `permission`.
 * stored: the columns, `;` between them, each its type and its values: `int 1 2 16; numeric(5,2) 10.7`. `1..100` is all from 1 to
 *   100. Around the type: `view:int`, and `int@below` (`@above`, `@single`, `@?`: clients draw from it), `int!timeout`: it can't be
 *   read, except for the values shown. `none`: it feeds nothing; `idle`: a column owns it all the same.
 */
export function stored(row: { readonly sequence: string; readonly at: string; readonly stored: string }): Stored {
  const words = row.sequence.split(' ');
  const named = (word: string): bigint | null => {
    const place = words.indexOf(word);
    return place < 0 ? null : sum(words[place + 1] ?? '');
  };
  const type = words[0] ?? '';
  const end = 2n ** (bits[type] ?? assert.fail(`a type of sequences: ${type}`));
  const increment = named('by') ?? 1n;
  const min = named('min') ?? (increment > 0n ? 1n : -end);
  const max = named('max') ?? (increment > 0n ? end - 1n : -1n);
  const parts = row.stored === 'none' || row.stored === 'idle' ? [] : row.stored.split(';').map((part) => part.trim());
  const columns = parts.map((part, i) => column(part, i, increment));
  const isRead = /^\S+ [tf]$/.test(row.at);
  return {
    sequence: {
      oid: '1',
      schema: 'public',
      sequence: 's',
      name: 'public.s',
      owner: 'app',
      unspeakable: false,
      dataType: types[type] as string,
      start: named('start') ?? (increment > 0n ? min : max),
      increment,
      min,
      max,
      cache: named('cache') ?? 1n,
      cycle: words.includes('cycle'),
      schemaClosed: false,
      readable: isRead,
      drawable: !words.includes('no-usage'),
      alterable: !words.includes('no-owner'),
      extension: null,
      subscribed: false,
      columns: columns.map(({ fed }) => fed),
      idleOwner: row.stored === 'idle' ? 'public.t.id' : null,
    },
    columns,
    position: isRead ? position(row.at) : null,
    unreadable: isRead ? null : (row.at as Unreadable),
    margin: named('margin') ?? 0n,
  };
}

const notCompared: Readonly<Record<string, Incomparable>> = {
  view: 'view',
  expression: 'expression',
  foreign: 'foreign-table',
  citus: 'citus',
  cycles: 'cycles',
};

function column(text: string, place: number, increment: bigint): StoredColumn {
  const [, how, type = '', mark, unread = null, values = ''] =
    /^(?:(\w+):)?(\w+(?:\([-\d,]+\))?)(@[\w?]+)?(?:!([\w-]+))?((?: \S+)*)$/.exec(text) ??
    assert.fail(`a column: ${text}`);
  const [, name = '', precision, scale = '0'] = /^(\w+)(?:\((\d+)(?:,(-?\d+))?\))?$/.exec(type) ?? [];
  const baseType = types[name] ?? name;
  const typmod = precision === undefined ? -1 : ((Number(precision) << 16) | (Number(scale) & 0x7ff)) + 4;
  const range = columnRange(baseType, typmod);
  const incomparable = (how === undefined ? null : notCompared[how]) ?? (name === 'text' ? 'text-column' : null);
  const texts = values
    .trim()
    .split(' ')
    .flatMap((value) => series(value));
  return {
    fed: {
      relationOid: String(100 + place),
      schema: 'public',
      table: `t${place}`,
      column: 'id',
      tableName: `public.t${place}`,
      name: `public.t${place}.id`,
      dataType: precision === undefined ? baseType : type,
      baseType,
      kind: how === 'view' ? 'view' : how === 'foreign' ? 'foreign' : 'table',
      link: 'default',
      block: blockOf(mark, increment < 0n ? -increment : increment),
      client: mark !== undefined,
      incomparable: incomparable ?? (range === null ? 'column-type' : null),
      range,
      indexed: true,
      unique: 'yes',
      unreadable: null,
      schemaClosed: false,
      locks: 2,
      pages: 1,
    },
    type: precision === undefined ? baseType : type,
    owned: mark === '@?',
    texts,
    values: texts.flatMap((value) => {
      if (/^(null|NaN|-?Infinity)$/.test(value)) return []; // left out, as the contract wants
      const [, whole = '', fraction = ''] = /^(.*?)(?:\.(\d+))?$/.exec(value) ?? [];
      const isWhole = /^0*$/.test(fraction);
      return [{ floor: BigInt(whole) - (whole.startsWith('-') && !isWhole ? 1n : 0n), whole: isWhole }];
    }),
    unread: unread as Unreadable | null,
  };
}

function blockOf(mark: string | undefined, step: bigint): Block | null {
  if (mark === '@below') return { from: 1n - step, to: 0n };
  if (mark === '@above') return { from: 0n, to: step - 1n };
  return mark === '@?' && step !== 1n ? null : single;
}

/** A word of a list of values: one, or all from one to another. */
function series(word: string): string[] {
  if (word === '') return [];
  if (/[a-zN.]/.test(word) && !word.includes('..')) return [word];
  const [from = '', to = from] = word.split('..');
  return Array.from({ length: Number(sum(to) - sum(from)) + 1 }, (_, i) => (sum(from) + BigInt(i)).toString());
}

/**
 * What reading the columns brings: the questions of src/pg/query/measurement-sql.ts, answered from a list, in the words of the contract.
 * That a real PostgreSQL gives the same answers is shown in judge-real.test.ts.
 */
export function measurementOf({ sequence, columns, position, unreadable }: Stored): Measurement {
  return {
    position,
    unreadable,
    detail: null,
    replaced: false,
    columns: position === null ? [] : columns.map((one) => answer(sequence, one, position)),
  };
}

function answer(sequence: SurveyedSequence, one: StoredColumn, at: Position): Measurement['columns'][number] {
  const { fed, values, unread } = one;
  if (fed.incomparable !== null) return null;
  if (unread !== null && values.length === 0) return { unreadable: unread, detail: null };
  const { up, back, step, range } = upward(sequence, rangesOf(sequence));
  // Rounded against the direction of counting: down, or up where it counts down
  const turned = values.map(({ floor, whole }) => ({
    value: up(sequence.increment > 0n || whole ? floor : floor + 1n),
    whole,
  }));
  const next = up(nextValue(sequence, at) ?? sequence.start);
  // The last value that it can draw need not be the end of the range
  const final = next > range.to ? range.to : range.to - ((range.to - next) % step);
  const counted = ({ from, to }: Range): bigint[] =>
    turned
      .filter(({ whole }) => whole)
      .map(({ value }) => value)
      .filter((value) => value >= next + from && value <= final + to)
      .filter((value) => from < to || (value - next) % step === 0n);
  const below = { from: 1n - step, to: 0n };
  const found = counted(fed.block ?? below);
  const undecided = fed.block === null && (found.length === 0) !== (counted({ from: 0n, to: step - 1n }).length === 0);
  const { from, to } = fed.block ?? below;
  const limit = from === to ? range.to : final + to;
  const near = turned.map(({ value }) => value).filter((value) => value <= limit);
  const stored = (value: bigint | undefined): bigint | null => (value === undefined ? null : back(value));
  return {
    furthest: stored(last(turned.map(({ value }) => value))),
    first: undecided ? null : stored(sorted(found)[0]),
    last: undecided ? null : stored(last(found)),
    within: stored(last(near)),
    undecided,
    unread: unread === null ? null : { unreadable: unread, detail: null },
  };
}

function sorted(values: readonly bigint[]): bigint[] {
  return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function last(values: readonly bigint[]): bigint | undefined {
  return sorted(values).at(-1);
}
