import type { PGliteLike } from '../../adapters/pglite.ts';
import { errorMessage } from '../../pg/sqlstate.ts';

/** Runs one INSERT and returns what psql would print: the command's tag, or the error with its detail. */
export async function psql(database: PGliteLike, sql: string): Promise<string> {
  try {
    const results = await database.exec(sql, { rowMode: 'array', parsers: {} });
    return `INSERT 0 ${results.at(-1)?.affectedRows ?? 0}\n`;
  } catch (error) {
    const { detail } = error as { detail?: unknown };
    return `ERROR:  ${errorMessage(error)}\n${typeof detail === 'string' ? `DETAIL:  ${detail}\n` : ''}`;
  }
}
