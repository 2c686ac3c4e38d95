// Seeds rows that bring their ids, then inserts one more of each: node app.js, and without pgseq: node app.js --without-pgseq
import { EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import { inStepAfter } from 'pgseq';
import { heal, queryable } from 'pgseq/mikro-orm';

const id = { type: 'bigint', primary: true, autoincrement: true };
const text = { type: 'text', nullable: true };
const User = new EntitySchema({
  name: 'User',
  tableName: 'users',
  properties: { id, email: { ...text, unique: true }, name: text },
});
const Team = new EntitySchema({ name: 'Team', tableName: 'teams', properties: { id, name: text } });

const isHelped = !process.argv.includes('--without-pgseq');
const { PGHOST: host, PGPORT: port, PGUSER: user, PGPASSWORD: password, PGDATABASE: dbName } = process.env;
const orm = await MikroORM.init({ host, port: Number(port), user, password, dbName, entities: [User, Team] });
if (isHelped) heal(orm);

const seedUsers = () =>
  orm.em.fork().insertMany('User', [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Grace' },
  ]);
const seedTeams = () =>
  orm.em.fork().insertMany('Team', [
    { id: '1', name: 'Analysts' },
    { id: '2', name: 'Compilers' },
  ]);

async function add(entity, table, name) {
  const em = orm.em.fork();
  const row = em.create(entity, { name });
  await em.flush();
  console.log(`${table}: ${name} got ${row.id}`);
}

try {
  await orm.schema.create();
  if (isHelped) await inStepAfter(queryable(orm), seedUsers);
  else await seedUsers();
  await seedTeams(); // nobody brings this one in step: healing does, when it fails
  await add('User', 'users', 'Barbara');
  await add('Team', 'teams', 'Robots');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await orm.close();
}
