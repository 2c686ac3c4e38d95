import { Problem } from '../problem.ts';

/** A client as applications have it, told by what no other has: pgseq imports none of them. */
interface Client {
  readonly name: string;
  readonly entry: string;
  /** The variable of the example, as the client's own documentation calls it. */
  readonly variable: string;
  is(client: Has): boolean;
}

type Has = (...names: readonly string[]) => boolean;

/** In this order: an ORM may have what a driver has, and Bun's SQL is called like postgres.js. */
const clients: readonly Client[] = [
  { name: 'Prisma', entry: 'pgseq/prisma', variable: 'prisma', is: (has) => has('$queryRawUnsafe') },
  { name: 'Drizzle', entry: 'pgseq/drizzle', variable: 'db', is: (has) => has('dialect', 'session', 'execute') },
  { name: 'Kysely', entry: 'pgseq/kysely', variable: 'db', is: (has) => has('selectFrom', 'executeQuery') },
  { name: 'Knex', entry: 'pgseq/knex', variable: 'knex', is: (has) => has('client', 'raw', 'schema') },
  { name: 'TypeORM', entry: 'pgseq/typeorm', variable: 'dataSource', is: (has) => has('createQueryRunner') },
  { name: 'TypeORM', entry: 'pgseq/typeorm', variable: 'manager', is: (has) => has('connection', 'getRepository') },
  { name: 'TypeORM', entry: 'pgseq/typeorm', variable: 'queryRunner', is: (has) => has('isTransactionActive') },
  { name: 'Sequelize', entry: 'pgseq/sequelize', variable: 'sequelize', is: (has) => has('getQueryInterface') },
  { name: 'Sequelize', entry: 'pgseq/sequelize', variable: 'transaction', is: (has) => has('sequelize', 'commit') },
  { name: 'MikroORM', entry: 'pgseq/mikro-orm', variable: 'em', is: (has) => has('getTransactionContext') },
  { name: 'MikroORM', entry: 'pgseq/mikro-orm', variable: 'orm', is: (has) => has('em', 'config') },
  { name: 'PGlite', entry: 'pgseq/pglite', variable: 'pglite', is: (has) => has('query', 'exec') },
  { name: 'postgres.js', entry: 'pgseq/postgres', variable: 'sql', is: (has) => has('unsafe') },
  { name: 'node-postgres', entry: 'pgseq/pg', variable: 'pool', is: (has) => has('query', 'totalCount') },
  { name: 'pg-promise', entry: 'pgseq/pg', variable: 'db.$pool', is: (has) => has('$pool') },
  { name: 'node-postgres', entry: 'pgseq/pg', variable: 'client', is: (has) => has('query', 'connect') },
];

/**
 * Throws a Problem for what is no Queryable: a client without its adapter, with the line that brings it; a connection string; nothing.
 * A Queryable of the caller's own passes: it has `transaction`, and none of what tells a client.
 */
export function refuseRaw(db: unknown): void {
  // Not by `in`: Prisma's client is a proxy
  const properties = (typeof db === 'object' && db !== null) || typeof db === 'function' ? db : {};
  const has: Has = (...names) => names.every((name) => (properties as Record<string, unknown>)[name] !== undefined);
  const client = clients.find(({ is }) => is(has));
  if (client !== undefined)
    throw wrong(`pgseq was given ${client.name}'s own object`, client.entry, `queryable(${client.variable})`);
  if (has('transaction')) return;
  if (has('then')) throw wrong('pgseq was given a promise: await it', 'pgseq/pg', 'queryable(await promise)');
  if (typeof db === 'string') {
    const call = 'queryable(new pg.Pool({ connectionString }))';
    throw wrong('pgseq was given a string, but opens no connections itself', 'pgseq/pg', call);
  }
  const entries = [...new Set(clients.map(({ entry }) => entry))].map((entry) => entry.replace('pgseq/', ''));
  const isNothing = db === undefined || db === null;
  throw wrong(
    `pgseq was given ${isNothing ? String(db) : 'an unknown object'} instead of a database`,
    `pgseq/pg`,
    'queryable(pool)',
    ` (or from pgseq/${entries.filter((entry) => entry !== 'pg').join(', ')})`,
  );
}

function wrong(what: string, entry: string, call: string, more = ''): Problem {
  return new Problem(`${what}. Pass ${call} instead, with: import { queryable } from '${entry}'${more}`);
}
