// Seeds rows that bring their ids, then inserts one more of each: node app.js, and without pgseq: node app.js --without-pgseq
import 'reflect-metadata';
import { inStepAfter } from 'pgseq';
import { heal, queryable } from 'pgseq/typeorm';
import { DataSource, EntitySchema } from 'typeorm';

const id = { type: 'bigint', primary: true, generated: 'identity', generatedIdentity: 'BY DEFAULT' };
const text = { type: 'text', nullable: true };
const User = new EntitySchema({ name: 'users', columns: { id, email: { ...text, unique: true }, name: text } });
const Team = new EntitySchema({ name: 'teams', columns: { id, name: text } });

const isHelped = !process.argv.includes('--without-pgseq');
const source = new DataSource({ type: 'postgres', entities: [User, Team], synchronize: true });
await source.initialize();
if (isHelped) heal(source);

const seedUsers = () =>
  source.manager.insert(User, [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Grace' },
  ]);
const seedTeams = () =>
  source.manager.insert(Team, [
    { id: '1', name: 'Analysts' },
    { id: '2', name: 'Compilers' },
  ]);

try {
  if (isHelped) await inStepAfter(queryable(source), seedUsers);
  else await seedUsers();
  await seedTeams(); // nobody brings this one in step: healing does, when it fails
  const user = await source.manager.save(User, { name: 'Barbara' });
  console.log(`users: ${user.name} got ${user.id}`);
  const team = await source.manager.save(Team, { name: 'Robots' });
  console.log(`teams: ${team.name} got ${team.id}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await source.destroy();
}
