import type { Database } from '../support/database.ts';

/** Where all sequences stand: what a command may have changed. */
export async function positions(db: Database): Promise<string> {
  const sequences = await db.query(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' order by 1`,
  );
  const states: unknown[] = [];
  for (const [name] of sequences) states.push(name, await db.query(`select last_value, is_called from ${name}`));
  return JSON.stringify(states);
}
