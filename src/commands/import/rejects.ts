import { resolve } from 'node:path';
import type { RejectedRow } from '../../import/rejects.ts';
import { Problem } from '../../problem.ts';
import { errorMessage } from '../../pg/sqlstate.ts';
import { replacementFor } from '../replacement.ts';

/** The file that gets the rows which did not fit, a line of JSON each. */
export interface RejectsFile {
  write(row: RejectedRow): Promise<void>;
  /** `isDone`: the import came to its end. Otherwise a file without a row leaves what was there before. */
  close(isDone: boolean): Promise<void>;
}

/** Opens it before a row is read: that it cannot be written is known in time. */
export async function openRejects(name: string, cwd: string): Promise<RejectsFile> {
  const said = (cause: unknown): never => {
    throw new Problem(`--rejects ${name}: ${errorMessage(cause)}`, { cause });
  };
  const file = await replacementFor(resolve(cwd, name)).catch(said);
  let hasRows = false;
  return {
    async write(row) {
      hasRows = true;
      await file.write(`${JSON.stringify(row)}\n`).catch(said);
    },
    async close(isDone) {
      if (isDone || hasRows) await file.commit().catch(said);
      else await file.discard();
    },
  };
}
