import pg from 'pg';

/** Every value as PostgreSQL prints it, null as null. */
export type Rows = (string | null)[][];

const asPrinted = { getTypeParser: () => (value: string) => value };

/** Opens a session. A server that goes away ends it without ending the test process. */
export async function openSession(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  // Whoever waits for an answer gets the error from the query; without a listener Node would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Runs one or more statements and returns the rows of the last. */
export async function rowsOf(client: pg.Client, sql: string): Promise<Rows> {
  const result: unknown = await client.query({ text: sql, rowMode: 'array', types: asPrinted });
  const last = (Array.isArray(result) ? result.at(-1) : result) as pg.QueryArrayResult<(string | null)[]>;
  return last.rows;
}

/** The same in a session of its own. */
export async function rowsAt(url: string, sql: string): Promise<Rows> {
  const client = await openSession({ connectionString: url });
  try {
    return await rowsOf(client, sql);
  } finally {
    await client.end();
  }
}
