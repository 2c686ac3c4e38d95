import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../problem.ts';

/** What pg_dump writes behind the rows of a table, by COPY and by INSERT; of INSERTs without a row there is no more than this. */
const ending = /^\n\n$|(?:\\\.|;)\n\n\n$/;
const longestEnding = 5;

/**
 * Throws a Problem where a directory archive has a table's rows in a file that was cut: pg_restore loads what there is of an uncompressed
 * one, and says nothing. Compressed ones it finds itself.
 */
export async function proveMembersWhole(name: string, path: string): Promise<void> {
  const members = (await readdir(path)) // of large objects there is nothing to tell it by
    .filter((member) => /^\d+\.dat$/.test(member));
  for (const member of members.toSorted()) {
    const file = await open(join(path, member));
    try {
      const { size } = await file.stat();
      const length = Math.min(size, longestEnding);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      if (!ending.test(buffer.toString('latin1')))
        throw new Problem(
          `${name} is truncated: ${member}, which holds the rows of a table, does not end as pg_dump ends it`,
          {
            hint: 'the dump was not written or copied completely',
          },
        );
    } finally {
      await file.close();
    }
  }
}
