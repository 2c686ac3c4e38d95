import assert from 'node:assert/strict';
import pg from 'pg';
import { guardObjects } from '../../src/pg/guard.ts';
import type { Database } from './database.ts';
import { rowsOf } from './session.ts';

/** A table as SQL writes it, and the bare name of its column. */
export type Column = readonly [table: string, column: string];

export interface GuardOptions {
  readonly updates?: boolean | undefined;
  readonly maxJump?: number | undefined;
}

/** Whoever runs statements: a database of a test, or a session of it. */
interface Runner {
  query(sql: string): Promise<unknown>;
}

/** Makes what guards need, as the role of the session. */
export async function makeGuardObjects(on: Runner): Promise<void> {
  for (const sql of guardObjects) await on.query(sql);
}

/** The statement that guards a column. */
export function protect([table, column]: Column, { updates, maxJump }: GuardOptions = {}): string {
  const { escapeLiteral: literal } = pg;
  return `select pgseq.protect(${literal(table)}::regclass, ${literal(column)}, ${maxJump ?? 'null'}, ${updates ?? 'null'})`;
}

/** Guards columns, of a database where nothing is guarded yet or of one with guards. */
export async function withGuard(on: Runner, columns: readonly Column[], options: GuardOptions = {}): Promise<void> {
  await makeGuardObjects(on);
  for (const column of columns) await on.query(protect(column, options));
}

/** The messages of a session from now on, warnings by default. */
export function messagesOf(session: pg.Client, severity = 'WARNING'): string[] {
  const messages: string[] = [];
  session.on('notice', (notice) => {
    if (notice.severity === severity) messages.push(notice.message ?? '');
  });
  return messages;
}

/** The trigger that everybody publishes, made for a table. */
export function publishedTrigger(table: string): string {
  return `
    create function public.sync_seq() returns trigger language plpgsql as $$
    declare seq text; max_id bigint; current_val bigint;
    begin
      seq := pg_get_serial_sequence(tg_table_name::regclass::text, 'id');
      execute format('select coalesce(max(id), 1) from %I', tg_table_name) into max_id;
      begin current_val := currval(seq); exception when others then current_val := 1; end;
      if max_id > current_val then perform setval(seq, max_id); end if;
      return new;
    end $$;
    create trigger sync after insert on ${table} for each statement execute function public.sync_seq()`;
}

/** Statements that store ids of their own, and what ordinary inserts do afterwards. */
export interface Case {
  readonly since?: number;
  readonly setup: string;
  /** The first is the column that is looked at. */
  readonly guarded: readonly Column[];
  readonly updates?: boolean;
  readonly maxJump?: number;
  /** What happens after the guards are made and before ids of their own come. */
  readonly meanwhile?: string;
  /** The guards are made anew after that. */
  readonly again?: boolean;
  readonly act: string;
  /** An ordinary insert, which returns its id. */
  readonly add?: string;
  /** 1 unless told. */
  readonly step?: number;
  /** A value of its progression: 0 unless told. */
  readonly origin?: number;
  /** The published trigger is no help. */
  readonly published?: 'fails';
}

type With = 'nothing' | 'the published trigger' | 'the guard';

/**
 * Each case with no trigger, where its ordinary inserts must fail or reuse what lies behind (else it proves nothing); with the
 * published trigger, where it is known to fail; and with the guard, where they succeed beyond all stored ids, on the
 * progression, with no warning. Each in a transaction that is taken back.
 */
export async function provePromise(db: Database, cases: Readonly<Record<string, Case>>): Promise<void> {
  await makeGuardObjects(db);
  const failures: string[] = [];
  for (const [name, one] of Object.entries(cases)) {
    if ((one.since ?? 0) > db.server.major) continue;
    for (const way of ['nothing', 'the published trigger', 'the guard'] as const) {
      if (way === 'the published trigger' && one.published === undefined) continue;
      const wrong = await whatIsWrong(db, one, way);
      if (way === 'the guard' ? wrong !== '' : wrong === '') {
        failures.push(`${name}, with ${way}: ${wrong || 'it should have failed'}`);
      }
    }
  }
  assert.deepEqual(failures, []);
}

/** What is wrong, or nothing. In a session of its own: what a session has drawn and was told does not reach the next case. */
async function whatIsWrong(db: Database, one: Case, way: With): Promise<string> {
  const session = await db.connect();
  const warnings = messagesOf(session);
  try {
    await session.query('begin');
    await session.query(one.setup);
    const [[table]] = one.guarded as [Column];
    if (way === 'the published trigger') await session.query(publishedTrigger(table));
    if (way === 'the guard') for (const column of one.guarded) await session.query(protect(column, one));
    if (one.meanwhile !== undefined) await session.query(one.meanwhile);
    if (way === 'the guard' && one.again === true) {
      for (const column of one.guarded) await session.query(protect(column, one));
    }
    await session.query(one.act);
    return (await ordinaryInserts(session, one)) || warnings.map((text) => `WARNING: ${text}`).join('; ');
  } catch (error) {
    return (error as Error).message;
  } finally {
    await session.end();
  }
}

/** Stores three rows; what is wrong with their ids, or nothing. */
async function ordinaryInserts(session: pg.Client, one: Case): Promise<string> {
  const [[table, column]] = one.guarded as [Column];
  const id = pg.escapeIdentifier(column);
  const step = BigInt(one.step ?? 1);
  const number = async (sql: string): Promise<bigint> => {
    const text = String((await rowsOf(session, sql))[0]?.[0]);
    return BigInt(/^-?\d+$/.test(text) ? text : Math.trunc(Number(text)));
  };
  const furthest = await number(`select ${step > 0n ? 'max' : 'min'}(${id}) from ${table}`);
  let last = furthest;
  for (let i = 0; i < 3; i++) {
    const added = await number(one.add ?? `insert into ${table} default values returning ${id}`);
    if ((added - last) * step <= 0n) return `${added} after ${last}`;
    if ((added - BigInt(one.origin ?? 0)) % step !== 0n) return `${added} is off the progression`;
    last = added;
  }
  // Burning more than it must would be no good either: what a session had cached, or 32 values ahead of replicated rows
  const gap = (last - furthest) / step;
  return gap > 60n ? `${gap} values beyond ${furthest}` : '';
}
