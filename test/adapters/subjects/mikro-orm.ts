import { heal, queryable } from '../../../src/adapters/mikro-orm.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(fork: () => Module): Writer {
  const create = async (row: object): Promise<void> => {
    const em = fork();
    em.create('User', row);
    await em.flush();
  };
  return {
    insert: (name) => create({ name }),
    insertWith: ({ id, ...row }) => fork().insert('User', { ...row, id: id.toString() }),
  };
}

export const mikroOrm: Subject = {
  name: 'MikroORM',
  async open(url, version, most) {
    const { EntitySchema, MikroORM } = await load(version, '@mikro-orm/postgresql');
    const User = new EntitySchema({
      name: 'User',
      tableName: 'users',
      properties: {
        id: { type: 'bigint', primary: true, autoincrement: true },
        name: { type: 'string', nullable: true },
        email: { type: 'string', nullable: true },
      },
    });
    const opened: Module[] = [];
    const open = async (): Promise<Module> => {
      const orm = await MikroORM.init({ clientUrl: url, entities: [User], pool: { min: 0, max: most } });
      opened.push(orm);
      return orm;
    };
    const application = (on: Module): Application => ({
      ...writer(() => on.em.fork()),
      transaction: (work, isolation) =>
        on.em
          .fork()
          .transactional((inside: Module) => work({ ...writer(() => inside), queryable: queryable(inside) }), {
            isolationLevel: isolation ?? 'read committed',
          }),
    });
    const plain = await open();
    const second = await open();
    return {
      queryable: queryable(plain),
      plain: application(plain),
      healed: (options) => application(heal(second, options)),
      close: () => Promise.all(opened.splice(0).map((orm) => orm.close())),
    };
  },
};
