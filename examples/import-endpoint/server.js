// The "import data" of an admin's page: POST /import takes what "export all" wrote, {"users":[…],"posts":[…]}, and answers with
// what was done. All or nothing, ids kept, and the next ordinary insert gets an id that is free.
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { importFile, Problem } from 'pgseq';
import { queryable } from 'pgseq/pg';

// What an upload may write into; its other tables are not looked at.
const tables = ['public.users', 'public.posts'];

const pool = new pg.Pool(); // PGHOST, PGUSER, …
pool.on('error', (error) => console.error(error.message)); // of a client that nobody uses: the next request gets another

/** Loads an upload, and notes that it was: both or neither. */
async function load(body, signal) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // The body goes to a file of its own and from there into COPY: it may be larger than memory, and ids beyond 2^53 stay exact
    const report = await importFile(queryable(client), '-', { input: body, format: 'json', tables, signal });
    await client.query('insert into imports (rows) values ($1)', [report.tables.reduce((n, { rows }) => n + rows, 0n)]);
    await client.query('commit');
    client.release();
    return report;
  } catch (error) {
    // One that cannot even be rolled back is no good to the next request
    await client.query('rollback').then(
      () => client.release(),
      (reason) => client.release(reason),
    );
    throw error;
  }
}

/** Whether the request carries the admin's token. */
function isAdmin({ headers }) {
  const [given, wanted] = [headers.authorization ?? '', `Bearer ${process.env.ADMIN_TOKEN}`].map((text) =>
    Buffer.from(text),
  );
  return Boolean(process.env.ADMIN_TOKEN) && given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function answer(request, signal) {
  if (request.method !== 'POST' || request.url !== '/import') return [404, { error: 'there is only POST /import' }];
  if (!isAdmin(request)) return [401, { error: 'only an admin may import' }];
  try {
    const { tables: loaded, fix } = await load(request, signal);
    const moved = fix.sequences.filter(({ action }) => action === 'moved');
    return [
      200,
      {
        loaded: Object.fromEntries(loaded.map(({ name, rows }) => [name, Number(rows)])),
        // 64-bit numbers as text, as JSON's own would lose digits
        next: Object.fromEntries(moved.map(({ name, after }) => [name, String(after.next)])),
        warnings: fix.findings.map(({ message }) => message),
      },
    ];
  } catch (error) {
    if (error instanceof Problem) return [422, { error: `${error.message}; nothing was imported` }];
    console.error(error);
    return [500, { error: 'the import failed; nothing was imported' }];
  }
}

async function handle(request, response) {
  const gone = new AbortController();
  response.on('close', () => gone.abort()); // whoever hangs up takes the import along
  const [status, body] = await answer(request, gone.signal);
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

const server = createServer((request, response) => void handle(request, response));

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}`),
);
