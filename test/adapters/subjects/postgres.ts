import { heal, queryable } from '../../../src/adapters/postgres.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(sql: Module): Writer {
  return {
    insert: (name) => sql`insert into users ${sql({ name })}`,
    insertWith: ({ id, name, email }) =>
      sql`insert into users (id, name, email) values (${id.toString()}, ${name ?? null}, ${email ?? null}) returning ${sql('id')}`.values(),
  };
}

export const postgresJs: Subject = {
  name: 'postgres.js',
  lacks: ['first in a transaction'],
  async open(url, version, most) {
    const sql = (await load(version, 'postgres')).default(url, { max: most, onnotice: () => undefined });
    const application = (on: Module): Application => ({
      ...writer(on),
      transaction: (work, isolation = 'read committed' as never) =>
        on.begin(`isolation level ${isolation}`, (inside: Module) =>
          work({ ...writer(inside), queryable: queryable(inside) }),
        ),
    });
    return {
      queryable: queryable(sql),
      plain: application(sql),
      healed: (options) => application(heal(sql, options)),
      close: () => sql.end(),
    };
  },
};
