import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type pg from 'pg';
import { newTables } from '../../../src/pg/guard.ts';
import { type Database, databaseTest, withDatabase } from '../../support/database.ts';
import { makeGuardObjects } from '../../support/guard.ts';
import { servers } from '../../support/servers.ts';
import { rowsOf } from '../../support/session.ts';
import { type Attack, victim } from './guard-attack.ts';
import { codeAttacks } from './guard-code.ts';
import { naiveGuard } from './guard-naive.ts';
import { reachAttacks } from './guard-reach.ts';
import { type Mallory, mallory } from './mallory.ts';

// Guards are SECURITY DEFINER and everybody may call them. What that is good for, to somebody who may insert into a guarded
// table and make things of their own, is tried on a guard as one writes it at first, and it works; then on ours.

type Side = 'naive' | 'pgseq';

/** Tries an attack; what it is called if it was a success, else nothing. All is taken back, or in a database of its own. */
async function attempt(db: Database, { role, loot }: Mallory, attack: Attack, side: Side): Promise<string> {
  let session = await begin(db);
  let call = '';
  const run = (sql: string): Promise<unknown> =>
    session.query(
      sql
        .replaceAll(/\bmallory\b/g, role)
        .replaceAll(/\{guard (\S+)\}/g, (_, table: string) => `select ${side}.protect('${table}', 'id')`)
        .replaceAll('{event}', eventTrigger.replace('{in}', side))
        .replaceAll(/\{call (\S+)\}/g, (_, sequence: string) => call.replace('sales.v_id_seq', sequence))
        .replaceAll('{call}', () => call)
        .replaceAll('{in}', side),
    );
  await run(`${victim}; {guard sales.v}`);
  call = await guardOf(session);
  let failure = '';
  for (const [who, sql] of attack.steps) {
    if (attack.apart === true) {
      await run('commit');
      await session.end();
      session = await begin(db);
    }
    await run('savepoint step');
    try {
      if (who === 'mallory') await run('set session authorization mallory');
      await run(sql);
    } catch (error) {
      failure += `: ${(error as Error).message}`;
      await run('rollback to step');
    }
    await run('reset session authorization; reset search_path');
  }
  const ran = loot();
  const taken =
    attack.took === undefined
      ? ran.includes(`${attack.name} as postgres`)
      : (await rowsOf(session, attack.took))[0]?.[0] === 't';
  await run('rollback');
  await session.end();
  // With ours a step may fail: that is one way to be safe
  if (side === 'naive') return failure === '' && taken ? attack.name : `${attack.name} ${taken}${failure}`;
  return taken ? attack.name : ran.join();
}

const eventTrigger = `
  create event trigger guard_them on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE', 'CREATE TRIGGER')
  execute function {in}.guard_new_tables()`;

async function begin(db: Database): Promise<pg.Client> {
  const session = await db.connect();
  await session.query("set lock_timeout = '5s'; begin");
  return session;
}

async function guardOf(session: pg.Client): Promise<string> {
  const [row] = await rowsOf(
    session,
    `select substring(pg_get_triggerdef(oid) from 'EXECUTE FUNCTION (.*)') from pg_trigger
     where tgrelid = 'sales.v'::regclass and tgnewtable is not null`,
  );
  return String(row?.[0]);
}

/** Lets Mallory in, and makes both guards. */
async function prepare(db: Database, t: TestContext): Promise<Mallory> {
  const attacker = await mallory(db, t);
  await makeGuardObjects(db);
  await db.query(newTables);
  await db.query(naiveGuard);
  return attacker;
}

for (const [title, attacks] of [
  ['code that a guard would run', codeAttacks],
  ['what a guard would reach', reachAttacks],
] as const) {
  databaseTest(`${title}: a naive one does, ours does not`, servers, '', async (db, t) => {
    const attacker = await prepare(db, t);
    const { major } = db.server;
    const possible = attacks.filter(({ since = 0 }) => since <= major);
    const fell: Record<Side, string[]> = { naive: [], pgseq: [] };
    for (const side of ['naive', 'pgseq'] as const) {
      for (const attack of possible) {
        fell[side].push(
          attack.apart === true
            ? await withDatabase(db.server, `${attack.name} ${side}`, '', async (own) =>
                attempt(own, await prepare(own, t), attack, side),
              )
            : await attempt(db, attacker, attack, side),
        );
      }
    }
    assert.deepEqual(
      fell.naive.filter((_, i) => major <= (possible[i]?.until ?? major)),
      possible.filter(({ until = major }) => major <= until).map(({ name }) => name),
    );
    assert.deepEqual(
      fell.pgseq.filter((name) => name !== ''),
      [],
    );
  });
}
