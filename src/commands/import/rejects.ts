import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Reject } from '../../core/import/rejects.ts';
import { Problem } from '../../pg/problem.ts';
import { errorMessage } from '../../pg/sqlstate.ts';

/** The file that gets the rows which did not fit, a line of JSON each. */
export interface RejectsFile {
  write(row: Reject): Promise<void>;
  close(): Promise<void>;
}

/** Opens it before a row is read: that it cannot be written is known in time. What it held is gone. */
export async function openRejects(file: string, cwd: string): Promise<RejectsFile> {
  const handle: FileHandle = await open(resolve(cwd, file), 'w').catch((cause: unknown) => {
    throw new Problem(`--rejects ${file}: ${errorMessage(cause)}`, { cause });
  });
  return {
    write: async (row) => void (await handle.write(`${JSON.stringify(row)}\n`)),
    close: () => handle.close(),
  };
}
