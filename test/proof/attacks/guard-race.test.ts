import assert from 'node:assert/strict';
import type pg from 'pg';
import { databaseTest } from '../../support/database.ts';
import { makeGuardObjects } from '../../support/guard.ts';
import { servers } from '../../support/servers.ts';
import { naiveGuard } from './guard-naive.ts';
import { mallory } from './mallory.ts';

// The name of a sequence may mean something else by the time it is read: renaming a schema waits for nobody.

databaseTest('a view in the place of a sequence, for a moment', servers, '', async (db, t) => {
  const { role, loot } = await mallory(db, t);
  await makeGuardObjects(db);
  await db.query(`${naiveGuard}; grant create on database ${db.name} to ${role}`);
  const [inserting, renaming] = [await db.connect({ user: role }), await db.connect({ user: role })];
  await inserting.query(`create schema here; create sequence here.s; create table here.t (id bigint default nextval('here.s'));
    create schema there; create view there.s as select shop.mark('view')::bigint as last_value, false as is_called`);
  const flipping = { on: true };
  const flips = (async () => {
    while (flipping.on) {
      await renaming.query('begin; alter schema here rename to aside; alter schema there rename to here; commit');
      await renaming.query('begin; alter schema here rename to there; alter schema aside rename to here; commit');
    }
  })();
  let tries = 0;
  let left = 0;
  for (const side of ['naive', 'pgseq']) {
    await db.query(
      `create table public.${side} (id bigserial primary key); select ${side}.protect('public.${side}', 'id')`,
    );
    const [row] = await db.query(`select substring(pg_get_triggerdef(oid) from 'EXECUTE FUNCTION (.*)') from pg_trigger
      where tgrelid = 'public.${side}'::regclass and tgnewtable is not null`);
    const call = String(row?.[0])
      .replace('public.', 'here.')
      .replace(`${side}_id_seq`, 'here.s')
      .replace('here.here', 'here');
    await patiently(
      inserting,
      `create trigger ${side} after insert on here.t referencing new table as inserted for each statement execute function ${call}`,
    );
    // Ids that move nothing, so that the sequence is never called
    const many = `do $$ begin
        for i in 1 .. 200 loop
          begin insert into here.t values (0); exception when others then null; end;
        end loop;
      end $$`;
    let taken: string[] = [];
    for (; taken.length === 0 && (side === 'naive' ? tries < 500 : left > 0); side === 'naive' ? tries++ : left--) {
      await inserting.query(many);
      taken = loot();
    }
    // Ours is offered as many chances as the naive one had, and more
    left = 3 * tries + 20;
    assert.equal(taken.length > 0, side === 'naive', `${side}: ${taken.join()}`);
    await patiently(inserting, `drop trigger ${side} on here.t`);
    loot();
  }
  flipping.on = false;
  await flips;
});

/** While the schema has another name, no such table. */
async function patiently(session: pg.Client, sql: string): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      await session.query(sql);
      return;
    } catch (error) {
      if (i === 1000) throw error;
    }
  }
}
