import type { QueryArrayConfig } from 'pg';
import type { Connection } from './connect.ts';
import { copyIn } from './copy-in.ts';
import type { Queryable, Row } from './queryable.ts';
import { session } from './session.ts';

/** Values as PostgreSQL prints them. */
const asText = { getTypeParser: () => (value: string) => value } as unknown as NonNullable<QueryArrayConfig['types']>;

/** A connection whose transaction stays open over several statements, for rows to be brought in. */
export function importSession(connection: Connection): Queryable & {
  query(sql: string): Promise<readonly Row[]>;
  copyFrom(sql: string, chunks: AsyncIterable<Uint8Array>): Promise<bigint>;
} {
  const { client } = connection;
  return {
    ...session(connection),
    async query(sql) {
      const result: unknown = await client.query({ text: sql, rowMode: 'array', types: asText });
      const last = Array.isArray(result) ? (result.at(-1) as { rows: Row[] }) : (result as { rows: Row[] });
      return last.rows;
    },
    copyFrom: (sql, chunks) => copyIn(client, sql, chunks),
  };
}
