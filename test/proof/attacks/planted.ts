import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../support/database.ts';
import { letRead, type Mallory, mallory } from './mallory.ts';
import { vectors } from './vectors.ts';

/** Plants all vectors in a database, and sees each succeed against what people paste. Beside them stands `public.control`. */
export async function plantAll(db: Database, t: TestContext): Promise<Mallory> {
  const attacker = await mallory(db, t);
  const { role, reader, loot, session } = attacker;
  const attacks = vectors.filter(({ since = 0 }) => db.server.major >= since);
  const named = (sql: string): string => sql.replaceAll(/\bmallory\b/g, role);
  await db.query(`
    create extension postgres_fdw;
    create server loop foreign data wrapper postgres_fdw options (host '${db.server.host}', port '${db.server.port}', dbname '${db.name}');
    create user mapping for public server loop options (user 'postgres', password_required 'false');
    grant usage on foreign server loop to ${role};
    create table public.control (id serial primary key, v int); insert into public.control values (7)`);
  for (const { ours, planted } of attacks) {
    if (ours !== undefined) await db.query(`${named(ours)}; reset all`);
    await session.query(planted);
  }
  await letRead(db, attacker);
  assert.deepEqual(loot(), [], 'nobody has looked yet');
  const asReader = await db.connect({ user: reader });
  for (const { via, naive, victim } of attacks) {
    if (victim === 'reader') await asReader.query(naive);
    else await db.query(named(naive));
    const took = loot();
    assert.ok(
      took.includes(`${via} as ${victim ?? 'postgres'}`),
      `${via}: the naive query is not robbed: ${took.join()}`,
    );
  }
  return attacker;
}
