import { heal, queryable } from '../../../src/adapters/typeorm.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(manager: Module): Writer {
  return {
    insert: (name) => manager.save('User', { name }),
    insertWith: ({ id, ...row }) => manager.insert('User', { ...row, id: id.toString() }),
  };
}

export const typeorm: Subject = {
  name: 'TypeORM',
  async open(url, version, most) {
    await load(version, 'reflect-metadata');
    const { DataSource, EntitySchema } = await load(version, 'typeorm');
    const User = new EntitySchema({
      name: 'User',
      tableName: 'users',
      columns: {
        id: { type: 'bigint', primary: true, generated: 'identity', generatedIdentity: 'BY DEFAULT' },
        name: { type: 'text', nullable: true },
        email: { type: 'text', nullable: true },
      },
    });
    const opened: Module[] = [];
    const open = async (): Promise<Module> => {
      const source = new DataSource({ type: 'postgres', url, entities: [User], extra: { max: most } });
      opened.push(source);
      return await source.initialize();
    };
    const application = (on: Module): Application => ({
      ...writer(on.manager),
      transaction: (work, isolation) =>
        on.transaction(isolation === undefined ? 'READ COMMITTED' : 'REPEATABLE READ', (inside: Module) =>
          work({ ...writer(inside), queryable: queryable(inside) }),
        ),
    });
    const plain = await open();
    const second = await open();
    return {
      queryable: queryable(plain),
      plain: application(plain),
      healed: (options) => application(heal(second, options)),
      close: () => Promise.all(opened.splice(0).map((source) => source.destroy())),
    };
  },
};
