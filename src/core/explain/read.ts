import { stripVTControlCharacters } from 'node:util';
import { duplicatesIn, failedIndexesIn, type Found, quotedNames } from './phrases.ts';

/** What the text of an error says, as people have it: a message, a log, a stack trace. Null: it does not say. */
export interface ErrorText {
  /** unique: a key is there already; index: a unique index could not be made; limit: a sequence has no values left. */
  readonly kind: 'unique' | 'index' | 'limit';
  /** The constraint or index; of a limit, the sequence. */
  readonly constraint: string | null;
  readonly schema: string | null;
  readonly table: string | null;
  /** What an ORM calls the table: its model, which the table may be named after. */
  readonly model: string | null;
  readonly columns: readonly string[] | null;
  /** The values of the key, as PostgreSQL prints them between parentheses. */
  readonly value: string | null;
  /** What the statement was, where the text shows it. */
  readonly statement: 'insert' | 'update' | 'copy' | null;
  /** The columns that an INSERT gives values for, where the text shows them. */
  readonly given: readonly string[] | null;
  /** How often the text says it. */
  readonly times: number;
}

/** Reads all errors about keys and sequences in a text, in the order in which they first appear; none: it tells of no such error. */
export function readErrors(raw: string): ErrorText[] {
  const text = plain(raw);
  const others = isOfAnother(text);
  const places = [
    ...duplicatesIn(text).map((one) => ({ ...one, kind: 'unique' as const })),
    ...failedIndexesIn(text).map((one) => ({ ...one, kind: 'index' as const })),
    ...limitsIn(text).map((one) => ({ ...one, kind: 'limit' as const })),
  ].toSorted((a, b) => a.index - b.index);
  const errors =
    places.length > 0
      ? places.map((place, i) => errorAt(text, place, places[i - 1]?.end ?? 0, places[i + 1]?.index ?? text.length))
      : others
        ? []
        : fromLibraries(text);
  return together(errors);
}

/** Texts come through JSON, CSV, logs of containers, terminals and pages: what those add is taken off. */
function plain(raw: string): string {
  return stripVTControlCharacters(unbroken(raw))
    .replaceAll(/\\+r\\+n|\\+n/g, '\n')
    .replaceAll(/\\+(["'`])/g, '$1')
    .replaceAll(/&(?:quot|#34);/g, '"')
    .replaceAll('&#39;', "'")
    .replaceAll('""', '"')
    .replaceAll(/[\u00a0\u202f\u2009]/g, ' ');
}

/** UTF-8 that somebody took for Latin-1 (`Ã³` for `ó`), as it was. */
function unbroken(text: string): string {
  if (!/[ÃÂ][\u0080-\u00bf]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  const decoded = bytes.toString('utf8');
  return decoded.includes('\ufffd') ? text.replaceAll(/Â(?=[«»])/g, '') : decoded;
}

/** Messages that others than PostgreSQL have, some under its SQLSTATE. */
function isOfAnother(text: string): boolean {
  return /Duplicate entry|E11000|UNIQUE constraint failed: |Unique index or primary key violation|ORA-00001|Cannot insert duplicate key|Violation of (?:UNIQUE|PRIMARY) KEY|ER_DUP_ENTRY/.test(
    text,
  );
}

/** What stands further away than so many characters is about something else. */
const nearby = 20_000;

const identifier = String.raw`(?:"[^"\n]+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const relation = String.raw`(?:(${identifier})\s*\.\s*)?(${identifier})`;

function errorAt(text: string, place: Found & { kind: ErrorText['kind'] }, from: number, to: number): ErrorText {
  // What stands on the same line before it, and everything after it up to the next one. Alone in a text, all of it is about it
  const isAlone = from === 0 && to === text.length;
  const ahead = text.slice(Math.max(from, place.index - nearby), place.index);
  const before = isAlone ? ahead : ahead.slice(ahead.lastIndexOf('\n') + 1);
  const after = text.slice(place.end, Math.min(to, place.end + nearby));
  const key = keyOf(after) ?? keyOf(before);
  return {
    kind: place.kind,
    constraint: place.name,
    ...tableOf(before, after),
    model: null,
    columns: key?.columns ?? null,
    value: key?.value ?? null,
    times: 1,
  };
}

/** `(id)=(5)`, as DETAIL has it in every language. */
function keyOf(text: string): { columns: string[]; value: string } | null {
  const match = /\(((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))+)\)\s?=\s?\(([^\n]*?)\)(?=$|["'»«”“\s.,:;)])/u.exec(text);
  if (match === null) return null;
  return { columns: names(match[1] ?? ''), value: match[2] ?? '' };
}

/** A list of columns, at its commas outside of parentheses. */
function names(list: string): string[] {
  return list.split(/,(?![^(]*\))/).map((name) => unquoted(name.trim()));
}

function unquoted(name: string): string {
  return name.replace(/^["'`[]+/, '').replace(/["'`\]]+$/, '');
}

type TablePart = Pick<ErrorText, 'schema' | 'table' | 'statement' | 'given'>;

function tableOf(before: string, after: string): TablePart {
  const statement = statementIn(after) ?? statementIn(before);
  const around = `${after}\n${before}`;
  const table = field(around, 'table') ?? field(around, 'TableName') ?? field(around, 'TABLE NAME');
  if (table === null) return statement ?? { schema: null, table: null, statement: null, given: null };
  const schema = field(around, 'schema') ?? field(around, 'SchemaName') ?? field(around, 'SCHEMA NAME');
  return { schema, table, statement: statement?.statement ?? null, given: statement?.given ?? null };
}

/** A field of a driver's error: `table: 'users'`, `"TableName":"users"`, `table: Some("users")`, `TABLE NAME:  users`. */
function field(text: string, name: string): string | null {
  const match = new RegExp(
    String.raw`(?:^|[\s{,"'(])${name}(?:_name)?["']?\s*[:=]\s*(?:Some\()?(?:["']([^"'\n]+)["']|([\p{L}_][\p{L}\p{N}_$]*)(?=\s|$))`,
    'mu',
  ).exec(text);
  const value = match?.[1] ?? match?.[2] ?? null;
  return value === 'undefined' || value === 'null' || value === 'None' ? null : value;
}

function statementIn(text: string): TablePart | null {
  const copy = new RegExp(String.raw`\bCOPY\s+(${identifier}),\s`, 'u').exec(text);
  if (copy !== null) return { schema: null, table: unquoted(copy[1] ?? ''), statement: 'copy', given: null };
  const insert = new RegExp(
    String.raw`\binsert\s+into\s+${relation}(?:\s*(?:as\s+${identifier}\s*)?\(([^()]*)\))?`,
    'iu',
  ).exec(text);
  const update = new RegExp(
    String.raw`\bupdate\s+(?:only\s+)?${relation}\s+(?:as\s+)?(?:${identifier}\s+)?set\b`,
    'iu',
  ).exec(text);
  const first = insert === null || (update !== null && update.index < insert.index) ? update : insert;
  if (first === null) return null;
  const [, schema, table = '', columns] = first;
  return {
    schema: schema === undefined ? null : unquoted(schema),
    table: unquoted(table),
    statement: first === insert ? 'insert' : 'update',
    given: first === insert && columns !== undefined ? names(columns) : null,
  };
}

/** `nextval: reached maximum value of sequence "x" (2147483647)`, in every language. */
const limit = new RegExp(
  String.raw`nextval(?!\s*\()[^\n"'«»„“”]{0,60}(?:${quotedNames(String.raw`[^\n\d-]{0,40}-?\d+`).join('|')})`,
  'gu',
);

function limitsIn(text: string): Found[] {
  return [...text.matchAll(limit)].map((match) => ({
    index: match.index,
    end: match.index + match[0].length,
    name: match.slice(1).find((name) => name !== undefined) ?? '',
  }));
}

/** Libraries that say it in words of their own. */
function fromLibraries(text: string): ErrorText[] {
  const nothing = { kind: 'unique', constraint: null, model: null, columns: null, value: null, times: 1 } as const;
  const rest = { ...nothing, ...tableOf('', text) };
  const prisma =
    /Unique constraint failed on the (?:(constraint): [`(]*([^`)\n]+)|fields?: \(([^)\n]*)\)|\(not available\))/.exec(
      text,
    );
  if (prisma !== null || /\bP2002\b/.test(text)) {
    const model = /modelName["']?: ?["'](\w+)/.exec(text)?.[1] ?? /prisma\.(\w+)\.\w+\(/.exec(text)?.[1] ?? null;
    const target = /target["']?: ?(?:\[([^\]]*)\]|["']([^"']+)["'])/.exec(text);
    const fields = prisma?.[3] ?? target?.[1];
    const key = keyOf(text);
    return [
      {
        ...rest,
        model,
        constraint: prisma?.[2] ?? target?.[2] ?? null,
        columns: fields === undefined ? (key?.columns ?? null) : names(fields),
        value: key?.value ?? null,
      },
    ];
  }
  const photon = /UniqueConstraintViolation \{ field_name: "(?:(\w+)\.)?(\w+)"/.exec(text);
  if (photon !== null) return [{ ...rest, table: photon[1] ?? null, columns: [photon[2] ?? ''] }];
  const sequelize = /SequelizeUniqueConstraintError[^\n]*?: (\w+) must be unique/.exec(text);
  if (sequelize !== null) return [{ ...rest, columns: [sequelize[1] ?? ''] }];
  const ecto =
    /^\s*\* (?:"?([^\s"]+)"? \(unique_constraint\)|unique: "?([^\s"]+))/m.exec(text) ??
    /\* unique: "?([^\s"]+)/.exec(text);
  const hibernate = /could not execute (?:statement|batch)[^\n]*constraint \[([^\]\n]+)\]/.exec(text);
  const named =
    ecto?.[1] ??
    ecto?.[2] ??
    hibernate?.[1] ??
    (/\b23505\b|UniqueViolation|RecordNotUnique/.test(text) ? bareName(text) : undefined);
  if (named === undefined || named === 'null') return [];
  const key = keyOf(text);
  const [table, constraint] = /^([^.]+)\.([^.]+)$/.exec(named)?.slice(1) ?? [null, named];
  return [
    {
      ...rest,
      table: rest.table ?? table ?? null,
      constraint: constraint ?? null,
      columns: key?.columns ?? null,
      value: key?.value ?? null,
    },
  ];
}

/** A SQLSTATE, and somewhere the name of a constraint as PostgreSQL or an ORM makes it. */
function bareName(text: string): string | undefined {
  return (
    /["'`[]([\p{L}_][\p{L}\p{N}_$]*(?:_pkey\d*|_key\d*|_idx\d*))["'`\]]/u.exec(text)?.[1] ??
    /(?<![\p{L}\p{N}_$.])((?:[\p{L}_][\p{L}\p{N}_$]*_(?:pkey|key)\d*)|(?:PK|UQ)_[\p{L}\p{N}_$]+)/u.exec(text)?.[1] ??
    /constraint["']?[\s:=]*(?:name)?["'\s:=]*([\p{L}_][\p{L}\p{N}_$]*)/iu.exec(text)?.[1]
  );
}

/** The same said several times is one error. What one place knows and another does not is added. */
function together(errors: readonly ErrorText[]): ErrorText[] {
  const known = new Map<string, ErrorText>();
  for (const error of errors) {
    const key = `${error.kind} ${error.constraint} ${error.columns?.join(',') ?? ''}`;
    const same = known.get(key) ?? known.get(`${error.kind} ${error.constraint} `);
    const name = known.has(key) || same === undefined ? key : `${error.kind} ${error.constraint} `;
    known.set(name, same === undefined ? error : merged(same, error));
  }
  return [...known.values()];
}

function merged(a: ErrorText, b: ErrorText): ErrorText {
  return {
    ...a,
    schema: a.schema ?? b.schema,
    table: a.table ?? b.table,
    columns: a.columns ?? b.columns,
    value: a.value ?? b.value,
    statement: a.statement ?? b.statement,
    given: a.given ?? b.given,
    times: a.times + 1,
  };
}
