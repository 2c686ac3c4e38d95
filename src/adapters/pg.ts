import type { Client } from 'pg';
import { Healer } from '../heal/healer.ts';
import { alone } from '../heal/heal.ts';
import { HealedConnection, type ClientConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import type { Statement } from '../heal/statement.ts';
import { copyFrom } from '../pg/query/copy.ts';
import { executeOn, runStatements } from '../pg/connection/loading-session.ts';
import type { Queryable } from '../pg/queryable.ts';
import { begun, inside, isOpen, ownTransactions } from '../pg/query/statements.ts';
import type { LoadSession } from '../pg/query/target.ts';
import { type Call, replacing } from './replacing.ts';

/** A client of node-postgres that is connected: a Client, or what a Pool lends. Nobody else may use it at the same time. */
export type PgClient = Pick<Client, 'query'> & {
  readonly host?: string;
  readonly port?: number;
  /** Since 8.17. */
  getTransactionStatus?(): string | null;
};

/** A Pool of node-postgres. */
export interface PgPool {
  readonly totalCount: number;
  readonly options: { readonly host?: string | undefined; readonly port?: number | undefined };
  query(sql: string): Promise<unknown>;
  connect(): Promise<PgClient & { release(error?: Error | boolean): void }>;
}

/**
 * node-postgres as pgseq needs it. On a client, what runs in a transaction that the caller has open becomes a part of it; a pool
 * lends a connection for each transaction.
 */
export function queryable(pool: PgPool): Queryable;
export function queryable(client: PgClient): LoadSession;
export function queryable(client: PgClient | PgPool): Queryable {
  return isPool(client) ? ofPool(client) : ofClient(client);
}

/**
 * The client or pool, so that an INSERT which fails because a sequence is behind moves that sequence and is run again: by `query`,
 * with promises and callbacks, and on the clients that a pool lends. What streams (COPY, cursors) passes as it is.
 */
export function heal<C extends PgClient | PgPool>(client: C, options: SavepointOptions = {}): C {
  const healer = new Healer(options);
  if (!isPool(client)) return healedClient(client, new HealedConnection(healer, options), () => ofAnother(client)) as C;
  const db = ofPool(client);
  const lines = new WeakMap<object, HealedConnection>();
  const lent = (one: PgClient): PgClient => {
    const line = lines.get(one) ?? new HealedConnection(healer, options);
    lines.set(one, line);
    return healedClient(one, line, () => db);
  };
  return replacing(client, {
    query: (plain) => queries(plain, (statement, execute) => alone(healer, db, statement, execute)),
    connect:
      (plain) =>
      (...args) => {
        const [callback] = args;
        if (typeof callback !== 'function') return (plain() as Promise<PgClient>).then(lent);
        return plain((error: unknown, one: PgClient | undefined, done: unknown) =>
          (callback as Call)(error, one === undefined ? one : lent(one), done),
        );
      },
  });
}

function healedClient(client: PgClient, line: HealedConnection, elsewhere: () => Queryable): PgClient {
  const wire: ClientConnection = {
    host: client.host ?? null,
    port: client.port ?? null,
    execute: executeOn(client),
    elsewhere,
  };
  const release = (plain: Call): Call => {
    return (...args) => (line.isSettled ? plain(...args) : line.settled().then(() => plain(...args)));
  };
  return replacing(client, {
    query: (plain) =>
      queries(
        plain,
        (statement, execute) => line.run(wire, statement, execute),
        () => line.pass(),
      ),
    ...('release' in client ? { release } : {}),
  });
}

/** `query` in all its forms, the statements by way of `healed`. What is no statement passes: it streams, and cannot be run again. */
function queries(
  plain: Call,
  healed: (statement: Statement, execute: () => Promise<unknown>) => Promise<unknown>,
  pass: () => void = () => undefined,
): Call {
  return (...args) => {
    const [what] = args;
    const sql = typeof what === 'string' ? what : (what as { text?: unknown } | undefined)?.text;
    if (typeof sql !== 'string' || typeof (what as { submit?: unknown }).submit === 'function') {
      pass();
      return plain(...args);
    }
    const callback = typeof args.at(-1) === 'function' ? (args.pop() as Call) : undefined;
    const values = Array.isArray(args[1]) ? args[1] : (what as { values?: unknown }).values;
    const result = healed({ sql, values }, () => plain(...args) as Promise<unknown>);
    if (callback === undefined) return result;
    void answer(result, callback);
    return undefined;
  };
}

/** A callback is called outside of promises: what it throws is nobody's rejection. */
async function answer(result: Promise<unknown>, callback: Call): Promise<void> {
  const [error, found] = await result.then(
    (value) => [null, value],
    (reason: unknown) => [reason, undefined],
  );
  setImmediate(() => callback(error, found));
}

function isPool(client: PgClient | PgPool): client is PgPool {
  return 'totalCount' in client;
}

function ofPool(pool: PgPool): Queryable {
  return ownTransactions({
    host: pool.options.host ?? null,
    port: pool.options.port ?? null,
    beside: (sql) => pool.query(sql),
    async open(mode, work) {
      const client = await pool.connect();
      try {
        return await begun(executeOn(client), mode, work);
      } finally {
        client.release();
      }
    },
  });
}

function ofClient(client: PgClient): LoadSession {
  const place = { host: client.host ?? null, port: client.port ?? null };
  const execute = executeOn(client);
  const own = ownTransactions({
    ...place,
    beside: (sql) => besides(client, (other) => other.query(sql)),
    open: (mode, work) => begun(execute, mode, work),
  });
  const callers = inside(place, execute);
  return {
    ...place,
    inTransaction: () => isInTransaction(client),
    query: (statements) => runStatements(client, statements),
    copyFrom: (sql, chunks, signal) => copyFrom(client, sql, chunks, signal),
    transaction: async (statements, options) =>
      await ((await isInTransaction(client)) ? callers : own).transaction(statements, options),
  };
}

/** Lends another connection to where a client is connected. */
async function besides<T>(client: PgClient, work: (other: PgClient) => Promise<T>): Promise<T> {
  const { constructor: Another, connectionParameters } = client as unknown as {
    constructor: new (config: unknown) => PgClient & { connect(): Promise<void>; end(): Promise<void> };
    connectionParameters: unknown;
  };
  const other = new Another(connectionParameters);
  await other.connect();
  try {
    return await work(other);
  } finally {
    await other.end();
  }
}

/** The same for each transaction. */
function ofAnother(client: PgClient): Queryable {
  return ownTransactions({
    host: client.host ?? null,
    port: client.port ?? null,
    open: (mode, work) => besides(client, (other) => begun(executeOn(other), mode, work)),
  });
}

async function isInTransaction(client: PgClient): Promise<boolean> {
  const status = client.getTransactionStatus?.() ?? null;
  return status === 'I' ? false : await isOpen(executeOn(client)); // it may be an answer late: after a COMMIT that failed
}
