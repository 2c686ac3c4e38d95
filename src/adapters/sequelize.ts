import { alone } from '../heal/heal.ts';
import { Healer } from '../heal/healer.ts';
import { HealedConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import { executeOn, type StatementClient } from '../pg/connection/loading-session.ts';
import type { Queryable } from '../pg/queryable.ts';
import { begun, inside, ownTransactions } from '../pg/query/statements.ts';

/* oxlint-disable typescript/no-explicit-any -- Sequelize's own types are generic over what a query brings */
/** What is asked of Sequelize with the dialect `postgres`. */
export interface SequelizeLike {
  readonly connectionManager?: any;
  query(sql: any, options?: any): Promise<any>;
}

/** A transaction of Sequelize. */
export interface TransactionLike {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}
/* oxlint-enable typescript/no-explicit-any */

interface ConnectionManager {
  getConnection(options: { type: 'write' }): Promise<StatementClient>;
  releaseConnection(connection: StatementClient): Promise<void> | void;
}

/** Sequelize as pgseq needs it: an instance, or a transaction, which all then becomes a part of. */
export function queryable(sequelize: SequelizeLike | TransactionLike): Queryable {
  if (!('sequelize' in sequelize)) return ofPool(sequelize as SequelizeLike);
  const { connection, sequelize: owner } = sequelize as unknown as {
    connection: StatementClient;
    sequelize: SequelizeLike;
  };
  return inside(placeOf(owner), executeOn(connection));
}

/**
 * Changes this Sequelize so that an INSERT which fails because a sequence is behind moves that sequence and is run again, in its
 * transactions too; returns it.
 */
export function heal<S extends SequelizeLike>(sequelize: S, options: SavepointOptions = {}): S {
  const healer = new Healer(options);
  const db = ofPool(sequelize);
  const place = placeOf(sequelize);
  const lines = new WeakMap<StatementClient, HealedConnection>();
  const plain = sequelize.query.bind(sequelize);
  sequelize.query = async (sql: unknown, about: QueryOptions = {}) => {
    const text = typeof sql === 'string' ? sql : (sql as { query: string }).query;
    const statement = { sql: text, values: [sql, about.bind, about.replacements] };
    const execute = (): Promise<unknown> => plain(sql, about);
    const connection = transactionOf(sequelize, about)?.connection;
    if (connection === undefined) return await alone(healer, db, statement, execute);
    const line = lines.get(connection) ?? new HealedConnection(healer, options);
    lines.set(connection, line);
    return await line.run({ ...place, execute: executeOn(connection), elsewhere: () => db }, statement, execute);
  };
  return sequelize;
}

interface QueryOptions {
  readonly bind?: unknown;
  readonly replacements?: unknown;
  readonly transaction?: { readonly connection?: StatementClient } | null;
}

/** The transaction of a query: the one that it was given, else the one that the continuation is in. */
function transactionOf(sequelize: object, { transaction }: QueryOptions): QueryOptions['transaction'] {
  if (transaction !== undefined) return transaction;
  const { _cls: cls } = sequelize.constructor as { _cls?: { get(name: string): QueryOptions['transaction'] } };
  return cls?.get('transaction');
}

function ofPool(sequelize: SequelizeLike): Queryable {
  const manager = sequelize.connectionManager as ConnectionManager;
  const lending = async <T>(work: (connection: StatementClient) => Promise<T>): Promise<T> => {
    const connection = await manager.getConnection({ type: 'write' });
    try {
      return await work(connection);
    } finally {
      await manager.releaseConnection(connection);
    }
  };
  return ownTransactions({
    ...placeOf(sequelize),
    beside: (sql) => lending((connection) => executeOn(connection)([sql])),
    open: (mode, work) => lending((connection) => begun(executeOn(connection), mode, work)),
  });
}

function placeOf(sequelize: object): { host: string | null; port: number | null } {
  const { host, port } = (sequelize as { config?: { host?: string; port?: string | number } }).config ?? {};
  return { host: host ?? null, port: port === undefined || port === null ? null : Number(port) };
}
