import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heal, queryable } from '../../src/adapters/drizzle.ts';
import { Problem } from '../../src/index.ts';
import { conforms } from './conformance.ts';
import { onNodePostgres, onPostgresJs } from './subjects/drizzle.ts';

conforms(onNodePostgres);
conforms(onPostgresJs);

test('a Drizzle that speaks HTTP, has replicas or no client is refused', () => {
  const http = Object.assign(() => undefined, { unsafe: () => undefined, query: () => undefined });
  for (const db of [{ session: { client: http } }, { session: { client: {} } }, { session: {} }, { $primary: {} }])
    for (const take of [heal, queryable])
      assert.throws(() => void take({ execute: () => Promise.resolve(), ...db }), Problem);
});
