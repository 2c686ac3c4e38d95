import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeGuards,
  check,
  explain,
  explainText,
  fix,
  guardStatus,
  heal,
  importRows,
  inStepAfter,
} from '../../src/index.ts';
import { load, type Module, versions } from './clients.ts';

// A client that was handed over without its adapter is told, and the line that brings it. No client connects here.

const url = 'postgres://app:s3cret@127.0.0.1:1/app';

interface Client {
  readonly entry: string;
  readonly call: string;
  make(load: (name: string) => Promise<Module>): Promise<unknown>;
}

const clients: Readonly<Record<string, Client>> = {
  'pg.Pool': {
    entry: 'pg',
    call: 'queryable(pool)',
    make: async (get) => new (await get('pg')).default.Pool({ connectionString: url }),
  },
  'pg.Client': {
    entry: 'pg',
    call: 'queryable(client)',
    make: async (get) => new (await get('pg')).default.Client(url),
  },
  'postgres.js': {
    entry: 'postgres',
    call: 'queryable(sql)',
    make: async (get) => (await get('postgres')).default(url),
  },
  Drizzle: {
    entry: 'drizzle',
    call: 'queryable(db)',
    make: async (get) =>
      (await get('drizzle-orm/node-postgres')).drizzle(new (await get('pg')).default.Pool({ connectionString: url })),
  },
  'Drizzle on postgres.js': {
    entry: 'drizzle',
    call: 'queryable(db)',
    make: async (get) => (await get('drizzle-orm/postgres-js')).drizzle((await get('postgres')).default(url)),
  },
  Prisma: {
    entry: 'prisma',
    call: 'queryable(prisma)',
    make: async (get) => {
      const adapter = new (await get('@prisma/adapter-pg')).PrismaPg({ connectionString: url });
      return new (await get('@prisma/client')).PrismaClient({ adapter });
    },
  },
  Kysely: {
    entry: 'kysely',
    call: 'queryable(db)',
    make: async (get) => {
      const { Kysely, PostgresDialect } = await get('kysely');
      return new Kysely({ dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('nobody connects')) }) });
    },
  },
  Knex: {
    entry: 'knex',
    call: 'queryable(knex)',
    make: async (get) => (await get('knex')).default({ client: 'pg', connection: url }),
  },
  TypeORM: {
    entry: 'typeorm',
    call: 'queryable(dataSource)',
    make: async (get) => new (await get('typeorm')).DataSource({ type: 'postgres', url }),
  },
  "TypeORM's manager": {
    entry: 'typeorm',
    call: 'queryable(manager)',
    make: async (get) => new (await get('typeorm')).DataSource({ type: 'postgres', url }).manager,
  },
  "TypeORM's query runner": {
    entry: 'typeorm',
    call: 'queryable(queryRunner)',
    make: async (get) => new (await get('typeorm')).DataSource({ type: 'postgres', url }).createQueryRunner(),
  },
  Sequelize: {
    entry: 'sequelize',
    call: 'queryable(sequelize)',
    make: async (get) => new (await get('sequelize')).Sequelize(url, { logging: false }),
  },
  MikroORM: {
    entry: 'mikro-orm',
    call: 'queryable(orm)',
    make: async (get) => {
      const { EntitySchema, MikroORM } = await get('@mikro-orm/postgresql');
      const User = new EntitySchema({ name: 'User', properties: { id: { type: 'bigint', primary: true } } });
      const options = { clientUrl: url, entities: [User], connect: false };
      return MikroORM.init.length > 0 && 'initSync' in MikroORM ? MikroORM.initSync(options) : new MikroORM(options);
    },
  },
};

for (const version of versions)
  for (const [name, { entry, call, make }] of Object.entries(clients))
    test(`${name} itself (${version}): which adapter it needs`, async () => {
      const client = (await make((module) => load(version, module))) as never;
      await assert.rejects(check(client), (error: Error) => {
        assert.equal(error.name, 'Problem');
        assert.ok(error.message.includes(`Pass ${call} instead`), error.message);
        assert.ok(error.message.endsWith(`import { queryable } from 'pgseq/${entry}'`), error.message);
        assert.ok(!error.message.includes('s3cret'));
        return true;
      });
    });

/** What is no client at all, and what the error says of it. */
const others: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /^pgseq was given undefined instead of a database/],
  [null, /^pgseq was given null instead of a database/],
  [url, /^pgseq was given a string, .*queryable\(new pg\.Pool\(\{ connectionString \}\)\)/],
  [Promise.resolve({}), /^pgseq was given a promise: await it/],
  [{ host: 'localhost', user: 'app' }, /^pgseq was given an unknown object .*kysely.*pglite/],
  [{ query: (): void => undefined, exec: (): void => undefined }, /PGlite's own object.*'pgseq\/pglite'/],
  [{ $pool: {}, any: (): void => undefined }, /queryable\(db\.\$pool\)/],
];

for (const [given, message] of others)
  test(String(message), async () => {
    const db = given as never;
    const doors: readonly (() => Promise<unknown>)[] = [
      () => check(db),
      () => fix(db),
      () => guardStatus(db),
      () => changeGuards(db, 'install'),
      () => inStepAfter(db, () => assert.fail('no work is done')),
      () => importRows(db, {}),
      ...(given === undefined ? [] : [() => explain(new Error('whatever'), db), () => explainText('whatever', db)]),
      async () => heal(db)(() => assert.fail('no work is done')),
    ];
    for (const door of doors)
      await assert.rejects(door(), (error: Error) => {
        assert.equal(error.name, 'Problem');
        assert.match(error.message, message);
        assert.ok(!error.message.includes('s3cret'));
        return true;
      });
  });

test('a Queryable of the caller passes, and one that is shared is no place for an import', async () => {
  const own = { host: null, port: null, transaction: () => Promise.reject(new Error('it was asked')) };
  await assert.rejects(check(own), { message: 'it was asked' });
  await assert.rejects(importRows(own as never, {}), {
    name: 'Problem',
    message: /^an import needs one connection for itself/,
  });
});
