import { keyIn, tableOf } from './about.ts';
import { columnNames } from './names.ts';
import type { ErrorText } from './error-text.ts';

/** What libraries say in words of their own; null where none does. */
export function fromLibraries(text: string): ErrorText[] | null {
  const nothing = { kind: 'unique', constraint: null, model: null, columns: null, value: null, times: 1 } as const;
  const rest = { ...nothing, ...tableOf({ before: '', sameLine: '', after: text, tagged: false }, nothing) };
  const prisma =
    /Unique constraint failed on the (?:(constraint): [`(]*([^`)\n]+)|fields?: \(([^)\n]*)\)|\(not available\))/.exec(
      text,
    );
  if (prisma !== null || /\bP2002\b/.test(text)) {
    const model = /modelName["']?: ?["'](\w+)/.exec(text)?.[1] ?? /prisma\.(\w+)\.\w+\(/.exec(text)?.[1] ?? null;
    const target = /target["']?: ?(?:\[([^\]]*)\]|["']([^"']+)["'])/.exec(text);
    const fields = prisma?.[3] ?? target?.[1];
    const key = keyIn(text);
    return [
      {
        ...rest,
        model,
        constraint: prisma?.[2] ?? target?.[2] ?? null,
        columns: fields === undefined ? (key?.columns ?? null) : columnNames(fields),
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
  if (named === undefined || named === 'null') return null;
  const key = keyIn(text);
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

/**
 * What is enough to start from where the message itself is lost: a SQLSTATE, the DETAIL line, the name of a constraint, a table or a
 * sequence.
 */
export function looseWords(text: string): ErrorText[] {
  const around = { before: '', sameLine: '', after: text, tagged: false };
  const key = exists.test(text) ? keyIn(text) : null;
  const said = { constraint: null, columns: key?.columns ?? null, value: key?.value ?? null };
  const error = (kind: ErrorText['kind'], constraint: string | null): ErrorText[] => [
    { kind, ...said, ...tableOf(around, { ...said, constraint }), constraint, model: null, times: 1 },
  ];
  const word = /^\s*["'`]?((?:[\p{L}_][\p{L}\p{N}_$]*\.)?[\p{L}_][\p{L}\p{N}_$]*)["'`]?[\s.,;]*$/u.exec(text)?.[1];
  const constraint = /(?<![\p{L}\p{N}_$])([\p{L}_][\p{L}\p{N}_$]*_pkey\d*)(?![\p{L}\p{N}_$])/u.exec(text)?.[1] ?? null;
  const sequence =
    /(?<![\p{L}\p{N}_$])((?:[\p{L}_][\p{L}\p{N}_$]*\.)?[\p{L}_][\p{L}\p{N}_$]*_seq\d*)(?![\p{L}\p{N}_$])/u.exec(
      text,
    )?.[1] ??
    /(?:sequence|Sequenz|séquence|secuencia|sequenza|sequência|последовательност\p{L}*|シーケンス|序列)\s*["«»„“'`]\s?([^"«»“”'`\n]+)/iu.exec(
      text,
    )?.[1];
  if (word !== undefined) {
    if (/^(?:unique_?violation|uniqueviolation(?:error)?|recordnotunique|duplicate_?key(?:exception)?)$/i.test(word))
      return error('unique', null);
    return error(/_(?:pkey|key)\d*$|^(?:pk|uq)_/i.test(word) ? 'unique' : 'name', word);
  }
  if (/\b2200H\b|SequenceGeneratorLimitExceeded/.test(text)) return error('limit', sequence ?? null);
  if (key !== null || code.test(text) || duplicate.test(text)) return error('unique', constraint);
  if (sequence !== undefined) return error('name', sequence);
  return /\b22003\b|NumericValueOutOfRange/.test(text) ? error('range', null) : [];
}

/** How a key that is there already is told, in the languages of PostgreSQL. */
const exists =
  /already exists|existiert bereits|existe déjà|ya existe|já existe|esiste già|уже существует|вже існує|już istnieje|již existuje|existerar redan|zaten mevcut|すでに存在|既に存在|이미 있|已经存在|已存在|უკვე არსებობს/iu;

/** The SQLSTATE, as programs and people write it: alone on its line, in quotes or brackets, or behind what it is. Any number may have its digits. */
const code =
  /^\W*23505\W*$|["'[({,:]\s?23505\b|\b23505:|\b(?:sql\s?state|state|code|err(?:or|no|code)?|postgres(?:ql)?|pg|sql|got|get|getting)\b[^\w\n]{0,4}23505\b/im;

/** Names for the error, of PostgreSQL and of those who wrap it. */
const duplicate =
  /\bunique_violation\b|UniqueViolation|RecordNotUnique|UniqueConstraint(?:Violation|Error)|DuplicateKeyException|\bduplicate key\b|\bunique violation\b/i;
