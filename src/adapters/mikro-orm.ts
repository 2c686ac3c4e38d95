import { Healer } from '../heal/healer.ts';
import { alone } from '../heal/heal.ts';
import { HealedConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { Execute } from '../pg/query/statements.ts';
import * as knex from './knex.ts';
import { knexStatements } from './knex-statements.ts';
import * as kysely from './kysely.ts';
import { kyselyStatements } from './kysely-statements.ts';

/* oxlint-disable typescript/no-explicit-any -- MikroORM's own types are generic over the driver */
/** What is asked of an entity manager of MikroORM for PostgreSQL. */
export interface EntityManagerLike {
  getConnection(...args: any[]): any;
  getTransactionContext(): any;
}

/** A MikroORM. */
export interface MikroOrmLike {
  readonly em: EntityManagerLike;
}
/* oxlint-enable typescript/no-explicit-any */

/** MikroORM as pgseq needs it: the ORM, or an entity manager. Where that has a transaction open, all becomes a part of it. */
export function queryable(orm: MikroOrmLike | EntityManagerLike): Queryable {
  const em = 'em' in orm ? orm.em : orm;
  return below(connectionOf(em), em.getTransactionContext());
}

/**
 * Changes this MikroORM so that an INSERT which fails because a sequence is behind moves that sequence and is run again, in its
 * transactions too; returns it. `flush` begins one where it needs one.
 */
export function heal<M extends MikroOrmLike>(orm: M, options: SavepointOptions = {}): M {
  const healer = new Healer(options);
  const connection = connectionOf(orm.em);
  const db = below(connection, undefined);
  const lines = new WeakMap<object, HealedConnection>();
  const { begin, execute, commit, rollback } = connection;
  connection.begin = async (about = {}, ...more) => {
    const outer = about.ctx === undefined ? undefined : lines.get(about.ctx);
    outer?.pass();
    const transaction = (await begin.call(connection, about, ...more)) as object;
    lines.set(transaction, outer ?? new HealedConnection(healer, { ...options, opening: openingOf(about) }));
    return transaction;
  };
  connection.execute = async (query, params, method, transaction, ...more) => {
    const run = (): Promise<unknown> => execute.call(connection, query, params, method, transaction, ...more);
    const sql = typeof query === 'string' ? query : ((query as { compile?(): { sql: string } }).compile?.().sql ?? '');
    const line = transaction === undefined ? undefined : lines.get(transaction);
    if (transaction === undefined || line === undefined) return await alone(healer, db, { sql, values: params }, run);
    const wire = { host: null, port: null, execute: statementsOf(connection, transaction), elsewhere: () => db };
    return await line.run(wire, { sql, values: params }, run);
  };
  const ending =
    (plain: Connection['commit']): Connection['commit'] =>
    async (transaction, ...more) => {
      await lines.get(transaction)?.settled();
      return await plain.call(connection, transaction, ...more);
    };
  connection.commit = ending(commit);
  connection.rollback = ending(rollback);
  return orm;
}

interface Transaction {
  readonly isolationLevel?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly ctx?: object | undefined;
}

/** A connection of MikroORM: up to 6 on Knex, since 7 on Kysely. */
interface Connection {
  getKnex?(): knex.KnexLike;
  getClient?(): kysely.KyselyLike;
  begin(options?: Transaction, ...more: unknown[]): Promise<unknown>;
  commit(transaction: object, ...more: unknown[]): Promise<unknown>;
  rollback(transaction: object, ...more: unknown[]): Promise<unknown>;
  execute(
    query: unknown,
    params?: unknown,
    method?: unknown,
    transaction?: object,
    ...more: unknown[]
  ): Promise<unknown>;
}

function openingOf({ isolationLevel, readOnly }: Transaction): string {
  const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
  return `begin${level}${readOnly === true ? ' read only' : ''}`;
}

function connectionOf(em: EntityManagerLike): Connection {
  return em.getConnection('write') as Connection;
}

function below(connection: Connection, transaction: unknown): Queryable {
  return connection.getKnex === undefined
    ? kysely.queryable((transaction ?? connection.getClient?.()) as kysely.KyselyLike)
    : knex.queryable((transaction ?? connection.getKnex()) as knex.KnexLike);
}

function statementsOf(connection: Connection, transaction: object): Execute {
  return connection.getKnex === undefined
    ? kyselyStatements(transaction as kysely.KyselyLike)
    : knexStatements(transaction as knex.KnexLike);
}
