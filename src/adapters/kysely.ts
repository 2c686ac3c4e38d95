import { Healer } from '../heal/healer.ts';
import { HealedConnection, type ClientConnection } from '../heal/healed-connection.ts';
import type { SavepointOptions } from '../heal/options.ts';
import type { Queryable } from '../pg/queryable.ts';
import { begun, inside, ownTransactions } from '../pg/query/statements.ts';
import { kyselyStatements, raw } from './kysely-statements.ts';
import { replacing } from './replacing.ts';

/** A statement of Kysely, compiled. */
interface Compiled {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/* oxlint-disable typescript/no-explicit-any -- Kysely's own types are generic over the database that it was told of */
/** What is asked of a Kysely, or of its transactions. */
export interface KyselyLike {
  readonly isTransaction: boolean;
  executeQuery(query: any): Promise<{ readonly rows: readonly unknown[] }>;
  connection(): { execute(work: (connection: any) => Promise<any>): Promise<any> };
}

/** A connection of a driver of Kysely's. */
interface Connection {
  executeQuery(query: any): Promise<any>;
}

/** A driver of Kysely's. */
interface Driver {
  acquireConnection(): Promise<any>;
  releaseConnection(connection: any): Promise<void>;
}

/** A dialect of Kysely for PostgreSQL. */
export interface DialectLike {
  createDriver(): any;
}
/* oxlint-enable typescript/no-explicit-any */

const nowhere = { host: null, port: null };

/** Kysely as pgseq needs it: an instance, or a transaction of it, which all then becomes a part of. */
export function queryable(db: KyselyLike): Queryable {
  if (db.isTransaction) return inside(nowhere, kyselyStatements(db));
  return ownTransactions({
    ...nowhere,
    beside: (sql) => db.executeQuery(raw(sql)),
    open: async (mode, work) =>
      (await db
        .connection()
        .execute((connection: Connection) => begun(kyselyStatements(connection), mode, work))) as never,
  });
}

/**
 * The dialect, so that an INSERT which fails because a sequence is behind moves that sequence and is run again:
 * `new Kysely({ dialect: heal(new PostgresDialect({ pool })) })`. A plugin would not do: Kysely asks none about errors.
 */
export function heal<D extends DialectLike>(dialect: D, options: SavepointOptions = {}): D {
  const healer = new Healer(options);
  return replacing(dialect, {
    createDriver: (plain) => () => healedDriver(plain() as Driver, healer, options),
  });
}

function healedDriver(driver: Driver, healer: Healer, options: SavepointOptions): Driver {
  const followed = new WeakMap<Connection, { readonly line: HealedConnection; readonly healed: Connection }>();
  const bare = new WeakMap<Connection, Connection>();
  const db = ownTransactions({
    ...nowhere,
    async open(mode, work) {
      const connection = (await driver.acquireConnection()) as Connection;
      try {
        return await begun(kyselyStatements(connection), mode, work);
      } finally {
        await driver.releaseConnection(connection);
      }
    },
  });
  const follow = (connection: Connection): { readonly line: HealedConnection; readonly healed: Connection } => {
    const known = followed.get(connection);
    if (known !== undefined) return known;
    const line = new HealedConnection(healer, options);
    const wire: ClientConnection = { ...nowhere, execute: kyselyStatements(connection), elsewhere: () => db };
    const healed = replacing(connection, {
      executeQuery:
        (execute) =>
        (query, ...more) => {
          const { sql, parameters } = query as Compiled;
          return line.run(wire, { sql, values: parameters }, () => execute(query, ...more) as Promise<unknown>);
        },
      streamQuery:
        (stream) =>
        (...args) => {
          line.pass();
          return stream(...args);
        },
    });
    bare.set(healed, connection);
    followed.set(connection, { line, healed });
    return { line, healed };
  };
  return replacing(driver, {
    acquireConnection: (plain) => async () => follow((await plain()) as Connection).healed,
    releaseConnection: (plain) => async (healed) => {
      const connection = bare.get(healed as Connection) as Connection;
      await follow(connection).line.settled();
      return await plain(connection);
    },
  });
}
