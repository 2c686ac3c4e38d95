// Compiled, never run: against the declarations of the package and of each client, in every version that is tried.
import type { MikroORM } from '@mikro-orm/postgresql';
import { PGlite } from '@electric-sql/pglite';
import { PrismaClient } from '@prisma/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import knex, { type Knex } from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import {
  assertInStep,
  check,
  type CheckReport,
  explain,
  type ErrorExplanation,
  fix,
  type FixReport,
  heal,
  type Healed,
  inStepAfter,
  type Queryable,
} from 'pgseq';
import * as fromDrizzle from 'pgseq/drizzle';
import * as fromKnex from 'pgseq/knex';
import * as fromKysely from 'pgseq/kysely';
import * as fromMikroOrm from 'pgseq/mikro-orm';
import * as fromPg from 'pgseq/pg';
import * as fromPglite from 'pgseq/pglite';
import * as fromPostgres from 'pgseq/postgres';
import * as fromPrisma from 'pgseq/prisma';
import * as fromSequelize from 'pgseq/sequelize';
import * as fromTypeorm from 'pgseq/typeorm';
import postgres from 'postgres';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';

type Same<A, B> = [A, B] extends [B, A] ? true : never;
const same = <A, B>(_: Same<A, B>): void => undefined;

/** The library: 64 bits are bigint, and what is missing is null. */
export async function library(db: Queryable): Promise<void> {
  const checked: CheckReport = await check(db, { tables: ['users'], signal: new AbortController().signal });
  same<(typeof checked.sequences)[number]['next'], bigint | null>(true);
  const fixed: FixReport = await fix(db, { margin: 100n, onProgress: ({ done, total }) => done + total });
  same<(typeof fixed.sequences)[number]['action'], 'moved' | 'unchanged' | 'would-move' | 'failed' | 'skipped'>(true);
  const explained: ErrorExplanation | null = await explain(new Error('x'), db);
  same<NonNullable<typeof explained>['cure'], string | null>(true);
  const { result, fix: report } = await inStepAfter(db, () => Promise.resolve(42), { wait: 0 });
  same<typeof result, number>(true);
  same<typeof report, FixReport>(true);
  await assertInStep(db, { fix: true });
  const healed = heal(db, { label: 'app', onHeal: ({ from, to }: Healed) => void (to - from) });
  const text = await healed(() => Promise.resolve('text'));
  same<typeof text, string>(true);
  // @ts-expect-error a margin is a bigint
  await fix(db, { margin: 100 });
  // @ts-expect-error there is no such option
  heal(db, { savepoints: true });
}

export async function nodePostgres(pool: pg.Pool, client: pg.Client): Promise<void> {
  await check(fromPg.queryable(pool));
  await check(fromPg.queryable(client));
  const healed = fromPg.heal(pool, { savepoints: true });
  same<typeof healed, pg.Pool>(true);
  const lent = await healed.connect();
  same<typeof lent, pg.PoolClient>(true);
  same<ReturnType<typeof fromPg.heal<pg.Client>>, pg.Client>(true);
}

export async function postgresJs(sql: postgres.Sql): Promise<void> {
  const healed = fromPostgres.heal(sql);
  same<typeof healed, postgres.Sql>(true);
  const rows = await healed<{ id: string }[]>`select 1 as id`;
  same<(typeof rows)[number]['id'], string>(true);
  await sql.begin((transaction) => check(fromPostgres.queryable(transaction)));
  await check(fromPostgres.queryable(sql));
}

export async function prisma(client: PrismaClient): Promise<void> {
  await check(fromPrisma.queryable(client));
  const healed = client.$extends(fromPrisma.heal(client));
  const user = await healed.user.create({ data: { name: 'Ada' } });
  same<typeof user.id, bigint>(true);
  await client.$transaction(async (transaction) => void (await check(fromPrisma.queryable(transaction))));
  // @ts-expect-error the schema has no such field
  await healed.user.create({ data: { age: 3 } });
  // @ts-expect-error it cannot set any
  fromPrisma.heal(client, { savepoints: true });
}

export async function drizzleOrm(pool: pg.Pool, sql: postgres.Sql): Promise<void> {
  const db = drizzle(pool);
  const healed = fromDrizzle.heal(db);
  same<typeof healed, typeof db>(true);
  await db.transaction(async (transaction) => void (await check(fromDrizzle.queryable(transaction))));
  await check(fromDrizzle.queryable(drizzlePostgres(sql)));
}

interface Tables {
  users: { id: string; name: string };
}

export async function kysely(pool: pg.Pool): Promise<void> {
  const dialect: PostgresDialect = fromKysely.heal(new PostgresDialect({ pool }));
  const db = new Kysely<Tables>({ dialect });
  await check(fromKysely.queryable(db));
  await db.transaction().execute((transaction) => check(fromKysely.queryable(transaction)));
}

export async function knexJs(): Promise<void> {
  const db: Knex = fromKnex.heal(knex({ client: 'pg' }));
  await check(fromKnex.queryable(db));
  await db.transaction((transaction) => check(fromKnex.queryable(transaction)));
}

export async function typeorm(source: DataSource): Promise<void> {
  const healed = fromTypeorm.heal(source);
  same<typeof healed, DataSource>(true);
  await check(fromTypeorm.queryable(source));
  await source.transaction((manager) => check(fromTypeorm.queryable(manager)));
  await check(fromTypeorm.queryable(source.createQueryRunner()));
}

export async function sequelize(db: Sequelize): Promise<void> {
  const healed = fromSequelize.heal(db);
  same<typeof healed, Sequelize>(true);
  await check(fromSequelize.queryable(db));
  await db.transaction((transaction) => check(fromSequelize.queryable(transaction)));
}

export async function mikroOrm(orm: MikroORM): Promise<void> {
  const healed = fromMikroOrm.heal(orm);
  same<typeof healed, MikroORM>(true);
  await check(fromMikroOrm.queryable(orm));
  await check(fromMikroOrm.queryable(orm.em.fork()));
}

export async function pglite(): Promise<void> {
  const db: PGlite = fromPglite.heal(new PGlite());
  await check(fromPglite.queryable(db));
  await db.transaction((transaction) => check(fromPglite.queryable(transaction)));
}
