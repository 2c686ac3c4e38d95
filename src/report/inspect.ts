import { counted } from '../text/counted.ts';
import type { InspectReport } from '../dump/report.ts';
import { cutMessage } from '../dump/ending.ts';
import type { DumpOutlook } from '../dump/outlook.ts';
import { printable } from '../text/printable.ts';
import { table } from './table.ts';

const kinds = {
  custom: 'a custom archive',
  directory: 'a directory archive',
  tar: 'a tar archive',
  script: 'a script',
} as const;

/** What is in an archive: first what it is, then its tables, then its sequences, the troubled ones explained. */
export function inspected(
  { archive, dumpedFrom, dumpedBy, cut, tables, sequences, summary }: InspectReport,
  paint: (state: DumpOutlook['state'], word: string) => string,
): string {
  const made = [
    archive.compression === null ? '' : `, compressed with ${archive.compression}`,
    dumpedFrom === null ? '' : `, from PostgreSQL ${dumpedFrom}`,
    dumpedBy === null || dumpedBy === dumpedFrom ? '' : `, by pg_dump ${dumpedBy}`,
  ];
  const head = printable(`${archive.name}: ${kinds[archive.kind]}${made.join('')}`);
  const rows = tables.map(({ schema, name, rows: count }) => [printable(`${schema}.${name}`), counted(count, 'row')]);
  const lines = sequences.map(({ sequence, next, furthest, state }) => [
    paint(state, state.padEnd('unlinked'.length)),
    printable(`${sequence.schema}.${sequence.name}`),
    next === null ? '-' : `next ${next}`,
    furthest === null ? '-' : `furthest ${furthest}`,
    printable(sequence.feeds.map(({ schema, name, column }) => `${schema}.${name}.${column}`).join(', ')),
  ]);
  const troubles = sequences.flatMap((one) => trouble(one) ?? []);
  const counts = (['behind', 'missing', 'ok', 'empty', 'unlinked'] as const).flatMap((state) =>
    summary[state] > 0 ? [`${summary[state]} ${state}`] : [],
  );
  const total = `${counted(summary.sequences, 'sequence')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}\n`;
  const top = cut === null ? '' : `${printable(`error: ${cutMessage(archive.name, cut)}`)}\n`;
  return [`${top}${head}\n`, table(rows), table(lines), troubles.map((line) => `${printable(line)}\n`).join(''), total]
    .filter((part) => part !== '')
    .join('\n');
}

function trouble({ sequence, next, furthest, state }: DumpOutlook): string | null {
  const name = `${sequence.schema}.${sequence.name}`;
  if (state === 'missing')
    return `${name} is not in the archive, although a default uses it: the column that it feeds cannot be created, or not be filled`;
  if (state !== 'behind') return null;
  const guess = sequence.byName ? ' (by its name: the archive does not say what it feeds)' : '';
  return sequence.set === null
    ? `${name} will be out of sync: the archive has the rows, but not its position; the next id would be ${next}, but ${furthest} exists${guess}`
    : `${name} will be out of sync: it was behind when it was dumped; the next id would be ${next}, but ${furthest} exists${guess}`;
}
