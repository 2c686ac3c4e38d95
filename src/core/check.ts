import type { Queryable } from '../pg/queryable.ts';
import { checkJson, jsonable } from './model/json.ts';
import { inspect } from './inspect.ts';
import type { CheckOptions } from './model/options.ts';
import { type CheckReport, sequenceReport, summary } from './model/report.ts';
import { cautions, databaseReport } from './survey/server.ts';
import { unfedFindings } from './findings/unfed-keys.ts';
import { findings } from './findings/findings.ts';

/**
 * Finds every sequence in scope and every column that it feeds, and says which will hand out a taken id, when, and why.
 * Writes nothing. Throws a Problem for options that cannot be met, and the client's error when the connection is lost.
 */
export async function check(db: Queryable, options: CheckOptions = {}): Promise<CheckReport> {
  const inspection = await inspect(db, options);
  for (const caution of cautions(inspection.server, options.offering)) options.onCaution?.(caution);
  const looked = await inspection.assess(inspection.scope.sequences, 0n, 'measure');
  const sequences = looked.map(sequenceReport);
  const report: CheckReport = {
    database: databaseReport(inspection.server, db),
    summary: summary(sequences),
    sequences,
    findings: [...(await findings(inspection, looked, options)), ...(await unfedFindings(inspection, options))],
    leftOut: inspection.scope.leftOut,
  };
  return jsonable(report, checkJson);
}
