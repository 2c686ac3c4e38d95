import type { Database } from '../support/database.ts';
import type { Rows } from '../support/session.ts';

/** Where all sequences of a database stand: what a command may have changed. Each with its name, last_value and is_called. */
export async function positions(db: Database): Promise<Rows> {
  const [[query] = []] = await db.query(
    `select string_agg(format('select %L, last_value, is_called from %I.%I', quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.nspname, c.relname), ' union all ')
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S'`,
  );
  return query === null || query === undefined ? [] : await db.query(`${query} order by 1`);
}

/**
 * Runs what moves sequences, and takes them back to where they stood: what one copy of a database per question would show, for
 * nothing but a sequence's position survives a `nextval`. Returns where they stood before they were taken back.
 */
export async function tried(db: Database, work: () => Promise<void>): Promise<Rows> {
  const before = await positions(db);
  await work();
  const after = await positions(db);
  const back = before.map(([name, value, isCalled]) => `setval(${literal(name ?? '')}, ${value}, ${isCalled === 't'})`);
  if (back.length > 0) await db.query(`select ${back.join(', ')}`);
  return after;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
