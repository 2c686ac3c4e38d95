// Seeds rows that bring their ids, then inserts one more of each: node app.js, and without pgseq: node app.js --without-pgseq
import { inStepAfter } from 'pgseq';
import { heal, queryable } from 'pgseq/sequelize';
import { DataTypes, Sequelize } from 'sequelize';

const isHelped = !process.argv.includes('--without-pgseq');
const { PGHOST: host, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: database } = process.env;
const sequelize = new Sequelize({ dialect: 'postgres', host, port, username, password, database, logging: false });
if (isHelped) heal(sequelize);

const id = { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true };
const options = { timestamps: false };
const User = sequelize.define(
  'users',
  { id, email: { type: DataTypes.TEXT, unique: true }, name: DataTypes.TEXT },
  options,
);
const Team = sequelize.define('teams', { id, name: DataTypes.TEXT }, options);

const seedUsers = () =>
  User.bulkCreate([
    { id: 1, name: 'Ada' },
    { id: 2, name: 'Grace' },
  ]);
const seedTeams = () =>
  Team.bulkCreate([
    { id: 1, name: 'Analysts' },
    { id: 2, name: 'Compilers' },
  ]);

try {
  await sequelize.sync();
  if (isHelped) await inStepAfter(queryable(sequelize), seedUsers);
  else await seedUsers();
  await seedTeams(); // nobody brings this one in step: healing does, when it fails
  const user = await User.create({ name: 'Barbara' });
  console.log(`users: ${user.name} got ${user.id}`);
  const team = await Team.create({ name: 'Robots' });
  console.log(`teams: ${team.name} got ${team.id}`);
} catch (error) {
  console.error((error.parent ?? error).message);
  process.exitCode = 1;
} finally {
  await sequelize.close();
}
