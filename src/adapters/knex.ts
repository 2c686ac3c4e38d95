import { Healer } from '../heal/healer.ts';
import { HealedConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import { executeOn, type StatementClient } from '../pg/connection/loading-session.ts';
import type { Queryable } from '../pg/queryable.ts';
import { begun, inside, ownTransactions } from '../pg/query/statements.ts';
import { knexStatements } from './knex-statements.ts';

/* oxlint-disable typescript/no-explicit-any -- Knex says no more of its client than that it is one */
/** What is asked of Knex with the client `pg`, or of its transactions. */
export interface KnexLike {
  readonly client: any;
  readonly isTransaction?: boolean;
}
/* oxlint-enable typescript/no-explicit-any */

/* oxlint-disable eslint/no-underscore-dangle -- the name is Knex's */
/** What Knex does with a connection, as far as pgseq is concerned. */
interface KnexClient {
  readonly connectionSettings?: { readonly host?: string; readonly port?: number | string };
  acquireConnection(): Promise<StatementClient>;
  releaseConnection(connection: StatementClient): Promise<void>;
  _query(connection: StatementClient, query: { sql?: string; bindings?: unknown }): Promise<unknown>;
}

/** Knex as pgseq needs it: an instance, or a transaction of it, which all then becomes a part of. */
export function queryable(knex: KnexLike): Queryable {
  const client = knex.client as KnexClient;
  const place = placeOf(client);
  if (knex.isTransaction === true) return inside(place, knexStatements(knex));
  return ownTransactions({
    ...place,
    beside: (sql) => lending(client, (connection) => executeOn(connection)([sql])),
    open: (mode, work) => lending(client, (connection) => begun(executeOn(connection), mode, work)),
  });
}

/**
 * Changes this Knex so that an INSERT which fails because a sequence is behind moves that sequence and is run again, in its
 * transactions too; returns it. What streams passes as it is.
 */
export function heal<K extends KnexLike>(knex: K, options: SavepointOptions = {}): K {
  const healer = new Healer(options);
  const db = queryable(knex);
  const place = placeOf(knex.client as KnexClient);
  const lines = new WeakMap<StatementClient, HealedConnection>();
  // Transactions make clients of their own from the prototype of this client's class, so that both must be ours
  const Plain = (knex.client as { constructor: new () => KnexClient }).constructor;
  const plain = Plain.prototype as KnexClient;
  const ours = class extends Plain {}.prototype as KnexClient;
  ours._query = async function healed(this: KnexClient, connection, query) {
    const line = lines.get(connection) ?? new HealedConnection(healer, options);
    lines.set(connection, line);
    const wire = { ...place, execute: executeOn(connection), elsewhere: () => db };
    const statement = { sql: query.sql ?? '', values: query.bindings };
    return await line.run(wire, statement, () => plain._query.call(this, connection, query));
  };
  Object.setPrototypeOf(knex.client, ours);
  return knex;
}

async function lending<T>(client: KnexClient, work: (connection: StatementClient) => Promise<T>): Promise<T> {
  const connection = await client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await client.releaseConnection(connection);
  }
}

function placeOf({ connectionSettings }: KnexClient): { host: string | null; port: number | null } {
  const { host, port } = connectionSettings ?? {};
  return { host: host ?? null, port: port === undefined ? null : Number(port) };
}
