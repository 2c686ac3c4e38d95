import { Healer } from '../heal/healer.ts';
import { HealedConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import { executeOn, type StatementClient } from '../pg/connection/loading-session.ts';
import type { Queryable } from '../pg/queryable.ts';
import { begun, type Execute, inside, isOpen, ownTransactions } from '../pg/query/statements.ts';

/* oxlint-disable typescript/no-explicit-any -- TypeORM says no more of its connections than that */
/** A query runner of TypeORM. */
export interface QueryRunnerLike {
  readonly isTransactionActive: boolean;
  connect(): Promise<any>;
  release(): Promise<void>;
  query(query: string, parameters?: any, ...more: any[]): Promise<any>;
}

/** A data source of TypeORM for PostgreSQL, initialized or not. */
export interface DataSourceLike {
  readonly driver: any;
  createQueryRunner(mode?: 'master' | 'slave'): QueryRunnerLike;
}
/* oxlint-enable typescript/no-explicit-any */

/** An entity manager of TypeORM, such as a transaction is given. */
export interface EntityManagerLike {
  readonly queryRunner?: QueryRunnerLike | undefined;
  readonly connection: DataSourceLike;
}

const nowhere = { host: null, port: null };

/**
 * TypeORM as pgseq needs it: a data source, an entity manager or a query runner. Where one of these has a transaction open, all
 * becomes a part of it.
 */
export function queryable(typeorm: DataSourceLike | EntityManagerLike | QueryRunnerLike): Queryable {
  if ('createQueryRunner' in typeorm) return ofDataSource(typeorm);
  if (!('isTransactionActive' in typeorm)) {
    const { queryRunner, connection } = typeorm;
    return queryable(queryRunner ?? connection);
  }
  const runner = typeorm;
  const execute = onRunner(runner);
  const own = ownTransactions({ ...nowhere, open: (mode, work) => begun(execute, mode, work) });
  const callers = inside(nowhere, execute);
  const isInTransaction = async (): Promise<boolean> => runner.isTransactionActive || (await isOpen(execute));
  return {
    ...nowhere,
    inTransaction: isInTransaction,
    transaction: async (statements, options) =>
      await ((await isInTransaction()) ? callers : own).transaction(statements, options),
  };
}

/**
 * Changes this data source so that an INSERT which fails because a sequence is behind moves that sequence and is run again, in its
 * transactions too; returns it.
 */
export function heal<D extends DataSourceLike>(dataSource: D, options: SavepointOptions = {}): D {
  const healer = new Healer(options);
  const driver = dataSource.driver as { createQueryRunner(mode: string): QueryRunnerLike };
  const plain = driver.createQueryRunner.bind(driver);
  const db = ofRunners(() => plain('master'));
  driver.createQueryRunner = (mode) => {
    const runner = plain(mode);
    const line = new HealedConnection(healer, options);
    const wire = { ...nowhere, execute: onRunner(runner), elsewhere: () => db };
    const query = runner.query.bind(runner);
    // Its own methods go by way of it as well: save begins a transaction that way
    runner.query = async (sql, parameters, ...more) =>
      await line.run(wire, { sql, values: parameters }, () => query(sql, parameters, ...more) as Promise<unknown>);
    const release = runner.release.bind(runner);
    runner.release = async () => {
      await line.settled();
      await release();
    };
    return runner;
  };
  return dataSource;
}

function ofDataSource(dataSource: DataSourceLike): Queryable {
  return ofRunners(() => dataSource.createQueryRunner('master'));
}

function ofRunners(create: () => QueryRunnerLike): Queryable {
  const lending = async <T>(work: (execute: Execute) => Promise<T>): Promise<T> => {
    const runner = create();
    try {
      return await work(onRunner(runner));
    } finally {
      await runner.release();
    }
  };
  return ownTransactions({
    ...nowhere,
    beside: (sql) => lending((execute) => execute([sql])),
    open: (mode, work) => lending((execute) => begun(execute, mode, work)),
  });
}

/** The client of node-postgres below a runner, which gives text as it is. */
function onRunner(runner: QueryRunnerLike): Execute {
  return async (statements) => await executeOn((await runner.connect()) as StatementClient)(statements);
}
