import type { Queryable } from '../../src/index.ts';
import { connect } from '../../src/pg/connection/connect.ts';
import { readConninfo } from '../../src/pg/conninfo/index.ts';
import { session } from '../../src/pg/connection/session.ts';

/** Lends a session of the library, of a database. */
export async function withQueryable<Result>(url: string, work: (db: Queryable) => Promise<Result>): Promise<Result> {
  const connection = await connect(readConninfo({ conninfo: url, env: {} }));
  try {
    return await work(session(connection));
  } finally {
    await connection.end();
  }
}
