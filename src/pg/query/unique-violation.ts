import { errorMessage } from '../sqlstate.ts';

/** A unique violation, as far as whoever reports it tells. Null: it does not say. */
export interface UniqueViolation {
  readonly schema: string | null;
  readonly table: string | null;
  /** The constraint, or the index where that is what makes it unique. */
  readonly constraint: string | null;
  /** The values of the key, as PostgreSQL prints them between parentheses: `5`, or `1, 5`. */
  readonly value: string | null;
}

/** unique_violation. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const code = '23505';

/**
 * Finds the unique violation in an error, or in what the error wraps: drivers throw PostgreSQL's own fields, and libraries above
 * them put that error into one of their own. Null where it is none.
 */
export function uniqueViolation(error: unknown): UniqueViolation | null {
  for (const one of layers(error)) {
    const found = ofDriver(one) ?? ofPrisma(one);
    if (found !== null) return found;
  }
  return null;
}

type Fields = Readonly<Record<string, unknown>>;

/** The error and those it wraps, outermost first, in the words of the libraries: `cause` (the language's own), TypeORM's, Sequelize's. */
function* layers(error: unknown, depth = 0): Generator<Fields> {
  if (typeof error !== 'object' || error === null || depth > 8) return;
  const fields = error as Fields;
  yield fields;
  for (const name of ['cause', 'driverError', 'original', 'parent', 'previous']) {
    const inner = fields[name];
    if (inner !== error) yield* layers(inner, depth + 1);
  }
}

/** pg's names, and those of postgres.js, which has the protocol's. */
function ofDriver(fields: Fields): UniqueViolation | null {
  if (fields['code'] !== code) return null;
  const constraint = text(fields['constraint']) ?? text(fields['constraint_name']) ?? quoted(errorMessage(fields));
  if (constraint === null) return null;
  return {
    schema: text(fields['schema']) ?? text(fields['schema_name']),
    table: text(fields['table']) ?? text(fields['table_name']),
    constraint,
    value: valueOf(text(fields['detail'])),
  };
}

/** Prisma: P2002, or P2010 of a raw statement, with what its driver adapter heard in `meta`. */
function ofPrisma({ code: own, meta }: Fields): UniqueViolation | null {
  if (own !== 'P2002' && own !== 'P2010') return null;
  const about = object(meta);
  const heard = object(object(about['driverAdapterError'])['cause']);
  const said = [text(heard['originalMessage']), text(heard['message']), text(about['message'])];
  if (own === 'P2010' && (heard['originalCode'] ?? about['code']) !== code) return null;
  const index = text(object(heard['constraint'])['index']) ?? text(about['target']);
  const constraint = index ?? said.map(quoted).find((name) => name !== null) ?? null;
  if (constraint === null) return null;
  const value = said.map(valueOf).find((found) => found !== null) ?? valueOf(text(heard['detail']));
  return { schema: null, table: null, constraint, value };
}

/** The name in a message such as `duplicate key value violates unique constraint "users_pkey"`, in any of PostgreSQL's languages. */
function quoted(message: string | null): string | null {
  return (
    /(?:"([^]+)"|«\s?([^]+?)\s?»|„([^]+)“)/
      .exec(message ?? '')
      ?.slice(1)
      .find((name) => name !== undefined) ?? null
  );
}

/** Of `Key (id)=(5) already exists.`, in any language. */
function valueOf(detail: string | null): string | null {
  return /\([^]*?\)=\(([^]*)\)/.exec(detail ?? '')?.[1] ?? null;
}

function object(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
