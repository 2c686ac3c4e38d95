import { heal, queryable } from '../../../src/adapters/sequelize.ts';
import { load, type Module } from '../clients.ts';
import type { Application, Subject, Writer } from '../subject.ts';

function writer(User: Module, transaction?: Module): Writer {
  return {
    insert: (name) => User.create({ name }, { transaction }),
    insertWith: ({ id, ...row }) => User.create({ ...row, id: id.toString() }, { transaction }),
  };
}

export const sequelizeJs: Subject = {
  name: 'Sequelize',
  async open(url, version, most) {
    const { DataTypes, Sequelize } = (await load(version, 'sequelize')).default;
    const opened: Module[] = [];
    const open = (): Module => {
      const sequelize = new Sequelize(url, { logging: false, pool: { max: most } });
      const columns = { name: DataTypes.TEXT, email: DataTypes.TEXT };
      const id = { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true };
      sequelize.define('users', { id, ...columns }, { timestamps: false });
      opened.push(sequelize);
      return sequelize;
    };
    const application = (on: Module): Application => ({
      ...writer(on.models.users),
      transaction: (work, isolation) =>
        on.transaction({ isolationLevel: (isolation ?? 'read committed').toUpperCase() }, (inside: Module) =>
          work({ ...writer(on.models.users, inside), queryable: queryable(inside) }),
        ),
    });
    const plain = open();
    return {
      queryable: queryable(plain),
      plain: application(plain),
      healed: (options) => application(heal(open(), options)),
      close: () => Promise.all(opened.splice(0).map((sequelize) => sequelize.close())),
    };
  },
};
