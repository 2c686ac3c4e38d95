import { counted } from '../pg/counted.ts';
import type { LoadReport } from '../core/load-report.ts';
import type { ReportOptions } from './reporter.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

/** More tables than this are counted, where there is no more to say of each than its name. */
const mostNamed = 20;

/** What was loaded, what went wrong with it, and which sequences it had moved backward. */
export function loaded(
  { tables, dryRun, warnings, errors, rewound }: LoadReport,
  { showOk }: Pick<ReportOptions, 'showOk'>,
): string {
  const done = dryRun === true ? 'would-load' : 'loaded';
  const isMuch = !showOk && tables.length > mostNamed && tables.every(({ rows: count }) => count === null);
  const rows = isMuch
    ? [[done, counted(tables.length, 'table')]]
    : tables.map(({ name, rows: count, skipped = 0n, rejected = 0n }) => [
        done,
        printable(name),
        [
          ...(count === null ? [] : [rowCount(count)]),
          ...(skipped > 0n ? [`${skipped} skipped`] : []),
          ...(rejected > 0n ? [`${rejected} rejected`] : []),
        ].join(', '),
      ]);
  const backward = rewound.map(({ name, from, to }) => ['rewound', printable(name), `next ${from} -> ${to}, undone`]);
  const lines = [...warnings.map((line) => `warning: ${line}`), ...errors.map((line) => `error: ${line}`)];
  return table([...rows, ...backward]) + lines.map((line) => `${printable(line)}\n`).join('');
}

function rowCount(count: bigint): string {
  return counted(count, 'row');
}
