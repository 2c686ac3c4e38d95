import type { PGlite } from '@electric-sql/pglite';
import { Problem } from '../../problem.ts';
import { errorCode, errorMessage } from '../../pg/sqlstate.ts';

/**
 * Starts an empty PostgreSQL in this process; it lives in memory and needs no network. Throws a Problem where PGlite is not
 * installed: it is larger than all the rest of pgseq, and nothing but the demo needs it.
 */
export async function startEmbedded(): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite').catch((cause: unknown) => {
    if (errorCode(cause) !== 'ERR_MODULE_NOT_FOUND' || !errorMessage(cause).includes('@electric-sql/pglite'))
      throw cause;
    throw new Problem('the demo needs PGlite (an embedded PostgreSQL), which is not installed', {
      // npx keeps what it runs in a cache of its own, where nothing can be added afterwards
      hint: import.meta.url.includes('/_npx/')
        ? 'npx -p pgseq -p @electric-sql/pglite pgseq demo'
        : 'npm install @electric-sql/pglite',
      cause,
    });
  });
  return await PGlite.create();
}
