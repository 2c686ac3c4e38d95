import { heal, queryable } from '../../../src/adapters/drizzle.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

async function table(version: 'current' | 'oldest'): Promise<Module> {
  const { bigint, pgTable, text } = await load(version, 'drizzle-orm/pg-core');
  return pgTable('users', {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedByDefaultAsIdentity(),
    name: text('name'),
    email: text('email'),
  });
}

function application(on: Module, users: Module): Application {
  const writer = (db: Module): Writer => ({
    insert: (name) => db.insert(users).values({ name }),
    insertWith: (row) => db.insert(users).values(row).returning(),
  });
  return {
    ...writer(on),
    transaction: (work, isolation = 'read committed' as never) =>
      on.transaction((inside: Module) => work({ ...writer(inside), queryable: queryable(inside) }), {
        isolationLevel: isolation,
      }),
  };
}

export const onNodePostgres: Subject = {
  name: 'Drizzle on node-postgres',
  async open(url, version, most) {
    const users = await table(version);
    const { drizzle } = await load(version, 'drizzle-orm/node-postgres');
    const { Pool } = (await load(version, 'pg')).default;
    const pool = new Pool({ connectionString: url, max: most });
    const db = drizzle(pool);
    return {
      queryable: queryable(db),
      plain: application(db, users),
      healed: (options) => application(heal(db, options), users),
      close: () => (pool.ended ? Promise.resolve() : pool.end()),
    };
  },
};

export const onPostgresJs: Subject = {
  name: 'Drizzle on postgres.js',
  lacks: ['first in a transaction'],
  async open(url, version, most) {
    const users = await table(version);
    const { drizzle } = await load(version, 'drizzle-orm/postgres-js');
    const sql = (await load(version, 'postgres')).default(url, { max: most, onnotice: () => undefined });
    const db = drizzle(sql);
    return {
      queryable: queryable(db),
      plain: application(db, users),
      healed: (options) => application(heal(db, options), users),
      close: () => sql.end(),
    };
  },
};
