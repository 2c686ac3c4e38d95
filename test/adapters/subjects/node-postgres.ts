import { heal, queryable } from '../../../src/adapters/pg.ts';
import { load } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

/** SQL as it is, on whatever has node-postgres's `query`. */
function writer(client: { query(sql: string, values: unknown[]): Promise<unknown> }): Writer {
  return {
    insert: (name) => client.query('insert into users (name) values ($1)', [name]),
    insertWith: ({ id, name, email }) =>
      client.query('insert into users (id, name, email) values ($1, $2, $3)', [
        id.toString(),
        name ?? null,
        email ?? null,
      ]),
  };
}

export const nodePostgres: Subject = {
  name: 'pg, a Pool',
  async open(url, version, most) {
    const { Pool } = (await load(version, 'pg')).default;
    const pool = new Pool({ connectionString: url, max: most });
    const application = (on: typeof pool): Application => ({
      ...writer(on),
      async transaction(work, isolation = 'read committed' as never) {
        const client = await on.connect();
        try {
          await client.query(`begin isolation level ${isolation}`);
          await work({ ...writer(client), queryable: queryable(client) });
          await client.query('commit');
        } catch (error) {
          await client.query('rollback');
          throw error;
        } finally {
          client.release();
        }
      },
    });
    return {
      queryable: queryable(pool),
      plain: application(pool),
      healed: (options) => application(heal(pool, options)),
      close: () => (pool.ended ? Promise.resolve() : pool.end()),
    };
  },
};
