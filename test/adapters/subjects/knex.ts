import { heal, queryable } from '../../../src/adapters/knex.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(knex: Module): Writer {
  return {
    insert: (name) => knex('users').insert({ name }),
    insertWith: ({ id, ...row }) =>
      knex('users')
        .insert({ ...row, id: id.toString() })
        .returning('id'),
  };
}

export const knexJs: Subject = {
  name: 'Knex',
  async open(url, version, most) {
    const { default: make } = await load(version, 'knex');
    const opened: Module[] = [];
    const open = (): Module => {
      const knex = make({ client: 'pg', connection: url, pool: { min: 0, max: most } });
      opened.push(knex);
      return knex;
    };
    const application = (on: Module): Application => ({
      ...writer(on),
      transaction: (work, isolation = 'read committed' as never) =>
        on.transaction((inside: Module) => work({ ...writer(inside), queryable: queryable(inside) }), {
          isolationLevel: isolation,
        }),
    });
    const plain = open();
    return {
      queryable: queryable(plain),
      plain: application(plain),
      healed: (options) => application(heal(open(), options)),
      close: () => Promise.all(opened.splice(0).map((knex) => knex.destroy())),
    };
  },
};
