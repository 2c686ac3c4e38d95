import { heal, queryable } from '../../../src/adapters/kysely.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(db: Module): Writer {
  return {
    insert: (name) => db.insertInto('users').values({ name }).execute(),
    insertWith: (row) => db.insertInto('users').values(row).returning('id').execute(),
  };
}

export const kysely: Subject = {
  name: 'Kysely',
  async open(url, version, most) {
    const { Kysely, PostgresDialect } = await load(version, 'kysely');
    const { Pool } = (await load(version, 'pg')).default;
    const opened: Module[] = [];
    const open = (dialect: Module): Module => {
      const db = new Kysely({ dialect });
      opened.push(db);
      return db;
    };
    const dialect = (): Module =>
      new PostgresDialect({ pool: () => Promise.resolve(new Pool({ connectionString: url, max: most })) });
    const application = (on: Module): Application => ({
      ...writer(on),
      transaction: (work, isolation) =>
        on
          .transaction()
          .setIsolationLevel(isolation ?? 'read committed')
          .execute((inside: Module) => work({ ...writer(inside), queryable: queryable(inside) })),
    });
    const plain = open(dialect());
    return {
      queryable: queryable(plain),
      plain: application(plain),
      healed: (options) => application(open(heal(dialect(), options))),
      close: () => Promise.all(opened.splice(0).map((db) => db.destroy())),
    };
  },
};
