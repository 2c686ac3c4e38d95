import type { SavepointOptions } from '../heal/options.ts';
import { Problem } from '../problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import * as pg from './pg.ts';
import * as pglite from './pglite.ts';
import * as postgres from './postgres.ts';

/** A database of Drizzle on node-postgres, postgres.js or PGlite, or a transaction of one. */
export interface DrizzleLike {
  // oxlint-disable-next-line typescript/no-explicit-any -- Drizzle's own types are generic over the schema
  execute(query: any): PromiseLike<any>;
}

/** Drizzle as pgseq needs it: a database, or a transaction of it, which all then becomes a part of. */
export function queryable(db: DrizzleLike): Queryable {
  const { client } = sessionOf(db);
  if (isPostgres(client)) return postgres.queryable(client);
  if (isPglite(client)) return pglite.queryable(client);
  return pg.queryable(client as pg.PgClient);
}

/**
 * A Drizzle like this one, in which an INSERT that fails because a sequence is behind moves that sequence and is run again, in its
 * transactions too.
 */
export function heal<D extends DrizzleLike>(db: D, options: SavepointOptions = {}): D {
  const session = sessionOf(db);
  const client = healedClient(session.client, options);
  // Whatever is built, or begun, goes by way of the session, and the session by way of its client
  const healed = Object.create(session, { client: { value: client } }) as object;
  return Object.create(db, { session: { value: healed } }) as D;
}

function healedClient(client: object, options: SavepointOptions): object {
  if (isPostgres(client)) return postgres.heal(client, options);
  if (isPglite(client)) return pglite.heal(client, options);
  return pg.heal(client as pg.PgClient, options);
}

/** The driver's client below Drizzle. */
function sessionOf(db: object): { readonly client: object } {
  const hint = 'pgseq works with drizzle-orm/node-postgres, drizzle-orm/postgres-js and drizzle-orm/pglite';
  if ('$primary' in db)
    throw new Problem('a Drizzle with replicas has several clients', {
      hint: 'give the primary to pgseq: queryable(primary), withReplicas(heal(primary), replicas)',
    });
  const { session } = db as { session?: { client?: unknown } };
  const client = session?.client;
  if ((typeof client !== 'object' && typeof client !== 'function') || client === null)
    throw new Problem('this Drizzle has no client that pgseq could use', { hint });
  const isKnown = 'unsafe' in client ? isPostgres(client) : isPglite(client) || 'query' in client;
  if (!isKnown)
    throw new Problem('this driver of Drizzle holds no connection, which a transaction of pgseq needs', { hint });
  return session as { readonly client: object };
}

function isPostgres(client: object): client is postgres.PostgresSql {
  return 'unsafe' in client && ('begin' in client || 'savepoint' in client); // what speaks HTTP has no transactions
}

function isPglite(client: object): client is pglite.PGliteDatabase {
  return 'exec' in client;
}
