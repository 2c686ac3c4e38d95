import type { Source, SourceTable } from '../../src/import/source.ts';

/** A source of one table, whose fields need no escapes. `before` is run when the rows are asked for. */
export function sourceOf(
  name: string,
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
  said: Partial<Pick<SourceTable, 'counters' | 'furthest'>> & { readonly before?: () => Promise<void> } = {},
): Source {
  return {
    name,
    tables: [
      {
        name,
        schema: null,
        columns,
        counters: said.counters ?? [],
        furthest: said.furthest ?? [],
        rows: null,
        bytes: null,
        read: () => ({
          format: { kind: 'text' },
          chunks: (async function* () {
            await said.before?.();
            for (const row of rows) yield Buffer.from(`${row.join('\t')}\n`);
          })(),
          placeOf: (line) => ({ line: null, row: line }),
          position: () => null,
        }),
      },
    ],
    close: () => Promise.resolve(),
  };
}
