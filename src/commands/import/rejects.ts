import { type FileHandle, open } from 'node:fs/promises';
import type { Reject } from '../../core/import/rejects.ts';
import { Problem } from '../../pg/problem.ts';
import { errorMessage } from '../../pg/sqlstate.ts';

/** Where the rows go that PostgreSQL refused. */
export interface Rejects {
  readonly add: (reject: Reject) => Promise<void>;
  /** What there is to tell of them: nothing, or that some were refused. */
  told(file: string): string[];
  close(): Promise<void>;
}

/** Writes them into a file as they come, a JSON object a line. */
export async function rejectsTo(path: string): Promise<Rejects> {
  let count = 0;
  let file: FileHandle;
  try {
    file = await open(path, 'w');
  } catch (cause) {
    throw new Problem(`--rejects ${path}: ${errorMessage(cause)}`, { cause });
  }
  return {
    async add(reject) {
      count++;
      await file.write(`${JSON.stringify(reject)}\n`);
    },
    told: (name) => (count === 0 ? [] : [`${count === 1 ? '1 row was' : `${count} rows were`} refused: see ${name}`]),
    close: () => file.close(),
  };
}
