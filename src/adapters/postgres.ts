import { alone } from '../core/heal/heal.ts';
import { Healer } from '../core/heal/healer.ts';
import { Line, type Wire } from '../core/heal/line.ts';
import type { SavepointOptions } from '../core/heal/options.ts';
import type { Statement } from '../core/heal/statement.ts';
import type { Queryable } from '../pg/queryable.ts';
import { isQuery } from '../pg/record.ts';
import { begun, type Execute, inside, isOpen, ownTransactions } from '../pg/statements.ts';
import { type Call, replacing } from './replacing.ts';

/** What all of them have in common: the `sql` of postgres.js, of one of its transactions, and of a connection that it has reserved. */
export interface PostgresSession {
  // biome-ignore lint/suspicious/noExplicitAny: its own types are generic over the types that it was told to parse
  unsafe(query: string, ...more: any[]): PromiseLike<unknown> & { raw(): PromiseLike<unknown> };
}

/** The `sql` of postgres.js. */
export interface PostgresSql extends PostgresSession {
  // biome-ignore lint/suspicious/noExplicitAny: see above
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
 * by `unsafe`, in `begin` and on a reserved connection. Cursors, COPY and `describe` pass as they are.
 */
export function heal<S extends PostgresSql>(sql: S, options: SavepointOptions = {}): S {
  const healer = new Healer(options);
  const db = queryable(sql);
  const place = placeOf(sql);
  const onLine = (session: PostgresSession, line: Line): PostgresSession => {
    const wire: Wire = { ...place, execute: executeOn(session), elsewhere: () => db };
    return healed(session, (statement, execute) => line.run(wire, statement, execute), {
      savepoint:
        (plain) =>
        (...args) => {
          line.pass();
          return plain(...args.map((arg) => (typeof arg === 'function' ? within(arg as Call, line) : arg)));
        },
    });
  };
  const within = (work: Call, line: Line): Call => {
    return async (session) => {
      try {
        return await work(onLine(session as PostgresSession, line));
      } finally {
        await line.settled(); // postgres.js ends the transaction next
      }
    };
  };
  return healed(sql, (statement, execute) => alone(healer, db, statement, execute), {
    begin: (plain) => (first, second) =>
      typeof first === 'function'
        ? plain(within(first as Call, new Line(healer, { ...options, opening: 'begin' })))
        : plain(first, within(second as Call, new Line(healer, { ...options, opening: `begin ${String(first)}` }))),
    reserve: (plain) => async () => onLine((await plain()) as PostgresSession, new Line(healer, options)),
  }) as S;
}

type Heals = (statement: Statement, execute: () => Promise<unknown>) => Promise<unknown>;

/** A `sql` whose statements go by way of `heals`. */
function healed<S extends PostgresSession>(
  session: S,
  heals: Heals,
  methods: Readonly<Record<string, (plain: Call) => Call>>,
): S {
  const query = (text: string, values: unknown, make: () => object): object =>
    pending(make(), (execute) => heals({ sql: text, values }, execute), make);
  const tag = (...args: unknown[]): unknown => {
    const make = (): unknown => (session as unknown as Call)(...args);
    const [first, ...values] = args;
    return isTemplate(first) ? query(first.join('$1'), values, make as () => object) : make();
  };
  return replacing(
    session,
    {
      unsafe:
        (plain) =>
        (...args) =>
          query(String(args[0]), args[1], () => plain(...args) as object),
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
  heals: (execute: () => Promise<unknown>) => Promise<unknown>,
  make: () => object,
): object {
  const said: string[] = [];
  let first: object | undefined = made;
  let result: Promise<unknown> | undefined;
  const settle = (): Promise<unknown> =>
    (result ??= heals(async () => {
      const query = first ?? make();
      if (first === undefined) for (const name of said) (query as Record<string, Call>)[name]?.();
      first = undefined;
      return await (query as PromiseLike<unknown>);
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
