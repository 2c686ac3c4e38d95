import type { Archive } from '../pg/archive/recognize.ts';
import type { DumpContents } from './contents.ts';
import { type DumpOutlook, outlook } from './outlook.ts';

/** What `restore --inspect` tells of an archive. */
export interface InspectReport {
  readonly archive: Pick<Archive, 'name' | 'kind' | 'compression'>;
  /** Versions as pg_dump wrote them down; null where it did not. */
  readonly dumpedFrom: string | null;
  readonly dumpedBy: string | null;
  readonly cut: DumpContents['cut'];
  readonly tables: DumpContents['tables'];
  readonly sequences: readonly DumpOutlook[];
  readonly summary: Readonly<Record<'sequences' | DumpOutlook['state'], number>>;
}

export function inspectReport(
  archive: InspectReport['archive'],
  dumped: Pick<InspectReport, 'dumpedFrom' | 'dumpedBy'>,
  contents: DumpContents,
): InspectReport {
  const sequences = contents.sequences.map(outlook);
  const summary = { sequences: sequences.length, ok: 0, empty: 0, behind: 0, missing: 0, unlinked: 0 };
  for (const { state } of sequences) summary[state]++;
  const { name, kind, compression } = archive;
  return {
    archive: { name, kind, compression },
    ...dumped,
    cut: contents.cut,
    tables: contents.tables,
    sequences,
    summary,
  };
}
