import { alone } from '../heal/heal.ts';
import { Healer } from '../heal/healer.ts';
import { HealedConnection, type ClientConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import type { Queryable } from '../pg/queryable.ts';
import { type Execute, inside, oneByOne, ownTransactions } from '../pg/query/statements.ts';
import { type Call, replacing } from './replacing.ts';

/** What is asked of PGlite, or of the transaction that it lends: its own classes fit. */
export interface PGliteLike {
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
  exec(
    sql: string,
    options: { rowMode: 'array'; parsers: Record<number, (value: string) => unknown> },
  ): Promise<readonly { readonly rows: readonly unknown[]; readonly affectedRows?: number }[]>;
}

/** PGlite itself, which lends transactions. */
export interface PGliteDatabase extends PGliteLike {
  /** How it reads the types that it knows, by their oids. */
  readonly parsers: Readonly<Record<string, unknown>>;
  transaction<T>(work: (transaction: PGliteLike) => Promise<T>): Promise<T>;
}

const nowhere = { host: null, port: null };

/** PGlite, PostgreSQL in the process, or a transaction that it has lent, as a Queryable. It has one session, so that one thing happens at a time. */
export function queryable(client: PGliteDatabase | PGliteLike): Queryable {
  return isDatabase(client) ? ofDatabase(client) : inside(nowhere, executeOn(client));
}

/** PGlite, so that an INSERT which fails because a sequence is behind moves that sequence and is run again, in transactions too. */
export function heal<C extends PGliteDatabase>(client: C, options: SavepointOptions = {}): C {
  const healer = new Healer(options);
  const db = ofDatabase(client);
  const queries = (
    plain: Call,
    run: (sql: string, values: unknown, execute: () => Promise<unknown>) => unknown,
  ): Call => {
    return (...args) => run(String(args[0]), args[1], () => plain(...args) as Promise<unknown>);
  };
  const tagged = (query: Call): Call => {
    return (strings, ...values) =>
      query((strings as string[]).map((s, i) => (i === 0 ? s : `$${i}${s}`)).join(''), values);
  };
  const statement = (sql: string, values: unknown, execute: () => Promise<unknown>): Promise<unknown> =>
    alone(healer, db, { sql, values }, execute);
  const lent = (transaction: PGliteLike): PGliteLike => {
    const line = new HealedConnection(healer, { ...options, opening: 'begin' });
    const wire: ClientConnection = { ...nowhere, execute: executeOn(transaction) };
    const inIt = (plain: Call): Call =>
      queries(plain, (sql, values, execute) => line.run(wire, { sql, values }, execute));
    const query = inIt((...args) => (transaction.query as Call)(...args));
    return replacing(transaction, { query: () => query, exec: inIt, sql: () => tagged(query) });
  };
  const query = queries((...args) => (client.query as Call).apply(client, args), statement);
  return replacing(client, {
    query: () => query,
    exec: (plain) => queries(plain, statement),
    sql: () => tagged(query),
    transaction: (plain) => (work) => plain((transaction: PGliteLike) => (work as Call)(lent(transaction))),
  });
}

function isDatabase(client: PGliteDatabase | PGliteLike): client is PGliteDatabase {
  return 'parsers' in client;
}

function executeOn(client: PGliteLike): Execute {
  return oneByOne(async (sql) => (await client.query(sql)).rows);
}

/** Its one session is ours alone as long as a transaction lasts. */
function ofDatabase(client: PGliteDatabase): Queryable {
  return ownTransactions({
    ...nowhere,
    open: (mode, work) =>
      client.transaction(async (transaction) => {
        const execute = inOneMessage(client, transaction);
        await execute([`set transaction isolation level read committed ${mode}`]);
        return await work(execute);
      }),
  });
}

/** Values as PostgreSQL prints them. PGlite spreads what it is given over what it knows, so every type is named. */
function inOneMessage(client: PGliteDatabase, transaction: PGliteLike): Execute {
  const parsers = Object.fromEntries(Object.keys(client.parsers).map((oid) => [oid, (value: string) => value]));
  return async (statements) => {
    const results = await transaction.exec(statements.join(';\n'), { rowMode: 'array', parsers });
    return (results.at(-1)?.rows ?? []) as (readonly (string | null)[])[];
  };
}
