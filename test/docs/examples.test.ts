import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Database, databaseTest } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';

// The examples do what they say, with the package as it is built.

const schema = readFileSync(fromRoot('examples', 'import-endpoint', 'schema.sql'), 'utf8');

type Send = (body: string, token?: string) => Promise<[number, unknown]>;

/** Starts the endpoint, lends the way to send it something, and stops it. */
async function withEndpoint(db: Database, work: (send: Send) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [fromRoot('examples', 'import-endpoint', 'server.js')], {
    env: {
      PATH: process.env['PATH'],
      PGHOST: db.server.host,
      PGPORT: String(db.server.port),
      PGUSER: 'postgres',
      PGDATABASE: db.name,
      ADMIN_TOKEN: 'secret',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    await work(async (body, token = 'secret') => {
      const response = await fetch(`${line.toString().trim()}/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body,
      });
      return [response.status, await response.json()];
    });
  } finally {
    child.kill();
    await ended;
  }
}

databaseTest('examples/import-endpoint: an upload is there whole, or not at all', newest, schema, async (db) => {
  await withEndpoint(db, async (send) => {
    await db.query("select setval('posts_id_seq', 9007199254740991)");
    const stored = () =>
      db.query('select (select count(*) from users), (select count(*) from posts), (select count(*) from imports)');

    assert.deepEqual(await send('{"users":[]}', 'guessed'), [401, { error: 'only an admin may import' }]);
    assert.deepEqual(
      await send(
        '{"posts":[{"id":9007199254740993,"user_id":7,"title":"late"}],\n"users":[{"id":7,"name":"Ada"}],\n"secrets":[{"id":1}]}',
      ),
      [
        200,
        {
          loaded: { 'public.users': 1, 'public.posts': 1 },
          next: { 'public.posts_id_seq': '9007199254740994', 'public.users_id_seq': '8' },
          warnings: [],
        },
      ],
    );
    assert.deepEqual(await stored(), [['1', '1', '1']]);
    await db.query("insert into users (name) values ('Grace'); insert into posts (user_id) values (8)");
    assert.deepEqual(await db.query('select id from posts where user_id = 8'), [['9007199254740994']]);

    assert.deepEqual(
      await send('{"users":[{"id":20,"name":"x"}],\n"posts":[{"id":1,"user_id":20},\n{"id":"one","user_id":20}]}'),
      [
        422,
        {
          error:
            'standard input, posts, line 3, column id: invalid input syntax for type bigint: "one"; nothing was imported',
        },
      ],
    );
    assert.deepEqual(await stored(), [['2', '2', '1']]);
  });
});
