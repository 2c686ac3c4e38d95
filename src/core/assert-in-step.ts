import { counted } from '../text/counted.ts';
import { Problem } from '../problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import { check } from './check.ts';
import { fix } from './fix.ts';
import type { FixOptions } from './model/options.ts';
import type { CheckReport } from './model/report.ts';

/** The options of `check`, and with `fix` those of `fix`. */
export interface AssertOptions extends FixOptions {
  /** Move what is behind first, and throw only for what is left. */
  readonly fix?: boolean | undefined;
}

/**
 * A gate, for when an application starts or a test has loaded its fixtures: resolves with the report when every sequence in scope is
 * in step, and throws a Problem that names each one that is behind, exhausted or could not be judged.
 */
export async function assertInStep(db: Queryable, options: AssertOptions = {}): Promise<CheckReport> {
  const { fix: fixes = false, ...more } = options;
  const report = fixes ? await fix(db, more) : await check(db, more);
  const { summary, findings, sequences } = report;
  // One that is behind lone ids only, far ahead, is warned of by check, and no reason not to start
  const wrong = sequences.filter(
    ({ state, name }) =>
      state === 'unknown' || findings.some(({ sequence, level }) => sequence === name && level === 'error'),
  );
  if (wrong.length === 0) return report;
  const lines = wrong.flatMap(({ name, message }) => [
    message,
    ...findings.flatMap(({ sequence, rule, help, message: said }) =>
      sequence === name && /^(?:unreadable|row-security|outlier)$/.test(rule) ? [`  ${said}. ${help}`] : [],
    ),
  ]);
  const count = counted(wrong.length, 'sequence is', 'sequences are');
  throw new Problem([`${count} not in sync in ${report.database.name}:`, ...lines.map((line) => `  ${line}`)], {
    hint:
      fixes || summary.behind === 0 ? 'pgseq check shows details' : 'run pgseq fix, or assertInStep(db, { fix: true })',
  });
}
