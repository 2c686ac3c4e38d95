// Seeds rows that bring their ids, then inserts one more of each: node app.js, and without pgseq: node app.js --without-pgseq
import knex from 'knex';
import { inStepAfter } from 'pgseq';
import { heal, queryable } from 'pgseq/knex';

const isHelped = !process.argv.includes('--without-pgseq');
const db = knex({ client: 'pg', connection: {} });
if (isHelped) heal(db);

const seed = (table, names) => db(table).insert(names.map((name, i) => ({ id: i + 1, name })));
const seedUsers = () => seed('users', ['Ada', 'Grace']);
const seedTeams = () => seed('teams', ['Analysts', 'Compilers']);

async function add(table, name) {
  const [{ id }] = await db(table).insert({ name }).returning('id');
  console.log(`${table}: ${name} got ${id}`);
}

try {
  await db.schema.createTable('users', (table) => {
    table.bigIncrements('id');
    table.text('email').unique();
    table.text('name');
  });
  await db.schema.createTable('teams', (table) => {
    table.bigIncrements('id');
    table.text('name');
  });
  if (isHelped) await inStepAfter(queryable(db), seedUsers);
  else await seedUsers();
  await seedTeams(); // nobody brings this one in step: healing does, when it fails
  await add('users', 'Barbara');
  await add('teams', 'Robots');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await db.destroy();
}
