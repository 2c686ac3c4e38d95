import type { Queryable } from '../pg/queryable.ts';
import { fix, refuseReadOnly } from './fix.ts';
import { lackedRights } from './findings/lacked-rights.ts';
import { inspect } from './inspect.ts';
import type { SurveyedSequence } from './model/surveyed.ts';
import type { CheckOptions, FixOptions } from './model/options.ts';
import { cautions } from './survey/server.ts';
import { upward } from './model/sequence.ts';
import type { FixReport } from './model/report.ts';
import type { Rewind } from './model/load-report.ts';

/** A database before somebody loads data. */
export interface PositionsBefore {
  /** Where sequences stand: their next values, by their names in reports. */
  readonly positions: ReadonlyMap<string, bigint>;
  readonly sequences: readonly SurveyedSequence[];
  /** As server_version_num has it: 150018. Null where there is no database yet. */
  readonly serverVersion: number | null;
  /** The GRANT statements that the role lacks to bring those sequences in step, in lines. */
  readonly lacked: readonly string[];
}

/** One that has nothing yet. */
export const nothingYet: PositionsBefore = { positions: new Map(), sequences: [], serverVersion: null, lacked: [] };

/**
 * Remembers where every sequence of the database stands. Reads positions only, whatever the filters: nobody knows yet what
 * will be loaded; the filters choose of whose rights is told. Throws a Problem where the sequences could not be moved afterwards either: a standby, a read-only server.
 */
export async function snapshotPositions(db: Queryable, options: CheckOptions = {}): Promise<PositionsBefore> {
  const { role, signal, offering, onProgress, onCaution, statementTimeout } = options;
  const inspection = await inspect(db, { role, signal, offering, onProgress, statementTimeout });
  for (const caution of cautions(inspection.server, offering)) onCaution?.(caution);
  refuseReadOnly(inspection);
  const alone = inspection.scope.sequences.map((sequence) => ({ ...sequence, columns: [] }));
  const looked = await inspection.assess(alone, 0n, 'measure');
  const positions = new Map(
    looked.flatMap(({ sequence, judgement }) =>
      judgement.next === null || sequence.cycle ? [] : [[sequence.name, judgement.next] as const],
    ),
  );
  return {
    positions,
    sequences: inspection.all,
    serverVersion: inspection.server.versionNumber,
    lacked: lackedRights(inspection, options),
  };
}

/** Brings sequences in step after a load, as `fix` does, and none of them ends below where it stood before the load. */
export async function fixAfterLoad(
  db: Queryable,
  { positions }: PositionsBefore,
  options: FixOptions = {},
): Promise<{ readonly fix: FixReport; readonly rewound: readonly Rewind[] }> {
  const report = await fix(db, { ...options, floors: positions });
  const rewound = report.sequences.flatMap((sequence): Rewind[] => {
    const from = positions.get(sequence.name);
    const to = sequence.before?.next ?? sequence.next;
    if (from === undefined || to === null || sequence.cycle) return [];
    const { up } = upward(sequence, []);
    return up(to) < up(from) ? [{ name: sequence.name, from, to }] : [];
  });
  return { fix: report, rewound };
}
