import { counted } from '../text/counted.ts';
import type { LoadReport } from '../core/model/load-report.ts';
import type { ReportOptions } from './reporter.ts';
import { printable } from '../text/printable.ts';
import { table } from './table.ts';

/** More tables than this are counted, not named. */
const mostNamed = 20;

/** What was loaded, what went wrong with it, and which sequences it had moved backward. */
export function loaded(
  { tables, notLoaded = [], exitCode, dryRun, warnings, errors, rewound }: LoadReport,
  { showOk }: Pick<ReportOptions, 'showOk'>,
): string {
  const done = dryRun === true ? 'would-load' : 'loaded';
  const isMuch = !showOk && exitCode !== null && tables.length > mostNamed;
  const rows = isMuch
    ? [[done, counted(tables.length, 'table'), total(tables)]]
    : tables.map(({ name, rows: count, skipped = 0n, rejected = 0n }) => [
        done,
        printable(name),
        [
          ...(count === null ? [] : [rowCount(count)]),
          ...(skipped > 0n ? [`${skipped} skipped`] : []),
          ...(rejected > 0n ? [`${rejected} rejected`] : []),
        ].join(', '),
      ]);
  const named = showOk ? notLoaded : notLoaded.slice(0, mostNamed);
  const unloaded = named.map(({ name, state, rows: count, expected, reason }) => [
    state === 'unknown' ? 'unknown' : 'not loaded',
    printable(name),
    `${came(count, expected)}${printable(reason)}`,
  ]);
  if (named.length < notLoaded.length)
    unloaded.push(['not loaded', `${notLoaded.length - named.length} more tables (--show-ok)`]);
  const backward = rewound.map(({ name, from, to }) => ['rewound', printable(name), `next ${from} -> ${to}, undone`]);
  const lines = [...warnings.map((line) => `warning: ${line}`), ...errors.map((line) => `error: ${line}`)];
  return table([...rows, ...unloaded, ...backward]) + lines.map((line) => `${printable(line)}\n`).join('');
}

/** How many of the rows that were to come did. */
function came(rows: bigint | null, expected: bigint | null): string {
  if (rows === null) return '';
  if (expected !== null) return `${rows} of ${rowCount(expected)}: `;
  return rows === 0n ? '' : `${rowCount(rows)}: `;
}

function total(tables: LoadReport['tables']): string {
  return tables.every(({ rows }) => rows !== null)
    ? rowCount(tables.reduce((sum, { rows }) => sum + (rows ?? 0n), 0n))
    : '';
}

function rowCount(count: bigint): string {
  return counted(count, 'row');
}
