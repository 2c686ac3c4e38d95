import { alone } from '../heal/heal.ts';
import { Healer } from '../heal/healer.ts';
import { attemptOf, curesLater, HealedConnection, type ClientConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import { isRepeatable, isWrite, type Statement } from '../heal/statement.ts';
import type { Queryable } from '../pg/queryable.ts';
import { isQuery } from '../pg/query/row-text.ts';
import { begun, type Execute, inside, isOpen, ownTransactions } from '../pg/query/statements.ts';
import { type Call, replacing } from './replacing.ts';

/** What all of them have in common: the `sql` of postgres.js, of one of its transactions, and of a connection that it has reserved. */
export interface PostgresSession {
  // oxlint-disable-next-line typescript/no-explicit-any -- its own types are generic over the types that it was told to parse
  unsafe(query: string, ...more: any[]): PromiseLike<unknown> & { raw(): PromiseLike<unknown> };
}

/** The `sql` of postgres.js. */
export interface PostgresSql extends PostgresSession {
  // oxlint-disable-next-line typescript/no-explicit-any -- see above
  begin(options: string, work: (session: any) => Promise<unknown>): Promise<unknown>;
  readonly options: { readonly host: readonly string[]; readonly port: readonly number[] };
}

/**
 * postgres.js as pgseq needs it: its `sql`, or the one of a transaction (what runs becomes a part of it) or of a reserved
 * connection.
 */
export function queryable(sql: PostgresSql | PostgresSession): Queryable {
  const execute = executeOn(sql);
  if (isPool(sql))
    return ownTransactions({
      ...placeOf(sql),
      beside: async (text) => await sql.unsafe(text),
      open: async (mode, work) =>
        (await sql.begin(`isolation level read committed ${mode}`, (session: PostgresSession) =>
          work(executeOn(session)),
        )) as never,
    });
  const nowhere = { host: null, port: null };
  const callers = inside(nowhere, execute);
  if ('savepoint' in sql) return callers;
  const own = ownTransactions({ ...nowhere, open: (mode, work) => begun(execute, mode, work) });
  return {
    ...nowhere,
    inTransaction: () => isOpen(execute),
    transaction: async (statements, options) =>
      await ((await isOpen(execute)) ? callers : own).transaction(statements, options),
  };
}

/**
 * The `sql`, so that an INSERT which fails because a sequence is behind moves that sequence and is run again: as a tagged template,
 * by `unsafe`, on a reserved connection and, with `savepoints`, in `begin`. Without them its error in a transaction says that a
 * second run will succeed: postgres.js ends a transaction in which a statement has failed. Cursors and COPY pass as they are.
 */
export function heal<S extends PostgresSql>(sql: S, options: SavepointOptions = {}): S {
  const healer = new Healer(options);
  const db = queryable(sql);
  const place = placeOf(sql);
  const onWord = (plain: Call): Call => {
    return (...args) => plain(...args.map((arg) => (typeof arg === 'function' ? within(arg as Call) : arg)));
  };
  const within = (work: Call): Call => {
    return (session) => work(healed(session as Session, inTransaction(session as Session), { savepoint: onWord }));
  };
  const inTransaction = (session: Session): Heals => {
    return async (statement, execute) => {
      const attempt = attemptOf(statement, performance.now());
      const { sql: text } = statement;
      const isMarked = options.savepoints === true && isWrite(text);
      const run = (): Promise<unknown> => (isMarked ? session.savepoint(execute) : execute());
      try {
        return await run();
      } catch (error) {
        const inIt = inside(place, executeOn(session));
        if (isMarked && (await healer.cures(error, attempt, () => inIt)) !== null) return await run();
        if (!isMarked && isRepeatable(text)) await curesLater(healer, error, attempt, () => db);
        throw error;
      }
    };
  };
  const reserved = (session: PostgresSession): PostgresSession => {
    const line = new HealedConnection(healer, options);
    const wire: ClientConnection = { ...place, execute: executeOn(session), elsewhere: () => db };
    return healed(session, (statement, execute) => line.run(wire, statement, execute), {});
  };
  return healed(sql, (statement, execute) => alone(healer, db, statement, execute), {
    begin: onWord,
    reserve: (plain) => async () => reserved((await plain()) as PostgresSession),
  });
}

/** The `sql` of a transaction. */
interface Session extends PostgresSession {
  savepoint(work: (session: PostgresSession) => Promise<unknown>): Promise<unknown>;
}

/** Runs a statement, by way of the session that it is given where it is given one. */
type Heals = (statement: Statement, execute: (on?: PostgresSession) => Promise<unknown>) => Promise<unknown>;

/** A `sql` whose statements go by way of `heals`. */
function healed<S extends PostgresSession>(
  session: S,
  heals: Heals,
  methods: Readonly<Record<string, (plain: Call) => Call>>,
): S {
  const query = (text: string, values: unknown, make: (on: PostgresSession) => object): object =>
    pending(make(session), (execute) => heals({ sql: text, values }, execute), make, session);
  const tag = (...args: unknown[]): unknown => {
    const make = (on: PostgresSession): unknown => (on as unknown as Call)(...args);
    const [first, ...values] = args;
    return isTemplate(first) ? query(first.join('$1'), values, make as () => object) : make(session);
  };
  return replacing(
    session,
    {
      unsafe:
        () =>
        (sql, ...more) =>
          query(String(sql), more[0], (on) => on.unsafe(String(sql), ...more)),
      ...Object.fromEntries(Object.entries(methods).filter(([name]) => name in session)),
    },
    tag,
  );
}

function isTemplate(value: unknown): value is readonly string[] {
  return Array.isArray(value) && 'raw' in value;
}

/** What only says how the rows shall come, and can be said again. */
const manner: readonly string[] = ['values', 'raw', 'simple'];

/**
 * A query of postgres.js runs when somebody waits for it, and may be put into another one until then. So does this. `make` makes
 * another like it.
 */
function pending(
  made: object,
  heals: (execute: (on?: PostgresSession) => Promise<unknown>) => Promise<unknown>,
  make: (on: PostgresSession) => object,
  session: PostgresSession,
): object {
  const said: string[] = [];
  let first: object | undefined = made;
  let result: Promise<unknown> | undefined;
  const settle = (): Promise<unknown> =>
    (result ??= heals(async (on) => {
      const mine = on === undefined ? first : undefined;
      first = undefined;
      const query: object = mine ?? make(on ?? session);
      if (mine === undefined) for (const name of said) (query as Record<string, Call>)[name]?.();
      return await Promise.resolve(query);
    }));
  return new Proxy(made, {
    get(target, name, receiver: unknown) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'then' || name === 'catch' || name === 'finally')
        return (...args: unknown[]) => (settle()[name] as Call).apply(settle(), args);
      if (name === 'execute')
        return () => {
          settle().catch(() => undefined);
          return receiver;
        };
      if (typeof value !== 'function') return value;
      if (!manner.includes(String(name))) return (value as Call).bind(target);
      return () => {
        said.push(String(name));
        (value as Call).call(target);
        return receiver;
      };
    },
  });
}

function isPool(sql: PostgresSession): sql is PostgresSql {
  return 'begin' in sql && 'options' in sql;
}

function placeOf({ options: { host, port } }: PostgresSql): { host: string | null; port: number | null } {
  return { host: host[0] ?? null, port: port[0] ?? null };
}

/**
 * Rows as the bytes that PostgreSQL sent, which are text: values that were parsed would have lost digits. Where several statements
 * bring rows postgres.js gives an array of results; one that brings none has no result of its own.
 */
function executeOn(session: PostgresSession): Execute {
  return async (statements) => {
    const given = (await session.unsafe(statements.join(';\n')).raw()) as readonly unknown[];
    if (!isQuery(statements.at(-1) ?? '')) return [];
    const last = given.at(-1);
    const rows = Array.isArray(last) && 'command' in last ? last : given;
    return rows.map((row) => (row as readonly (Uint8Array | null)[]).map((value) => value && decoder.decode(value)));
  };
}

const decoder = new TextDecoder();
