import { createReadStream, statSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Source } from '../core/import/source.ts';
import type { SourceOptions } from './options.ts';
import { open as openSqlite } from './sqlite/index.ts';

/** PROVISIONAL: replaced by the real one of branch `sources`. */
export async function openSource(spec: string, options: SourceOptions): Promise<Source> {
  if (spec.startsWith('sqlite:')) return await openSqlite(spec, options);
  const path = resolve(options.cwd, spec);
  const file = await openFile(path);
  const head = (await file.read(Buffer.alloc(4096), 0, 4096, 0)).buffer.toString().split('\n')[0] ?? '';
  await file.close();
  let position = 0;
  return {
    name: spec,
    tables: [
      {
        name: options.table ?? basename(spec).replace(/\..*$/, ''),
        schema: null,
        columns: head.split(','),
        counters: [],
        furthest: [],
        rows: null,
        bytes: statSync(path).size,
        read: () => ({
          format: { kind: 'csv', delimiter: ',', header: true, encoding: null },
          chunks: (async function* () {
            for await (const chunk of createReadStream(path, { highWaterMark: 65536 })) {
              position += (chunk as Uint8Array).length;
              yield chunk as Uint8Array;
            }
          })(),
          placeOf: (line) => ({ line, row: null }),
          position: () => position,
        }),
      },
    ],
    close: () => Promise.resolve(),
  };
}
