import { version } from '../../version.generated.ts';
import type { LoadReport } from './load-report.ts';
import type { CheckReport, FixReport } from './report.ts';

/** The shape of `--format json`, which is versioned: see docs/json.md. */
export function head(command: string): { readonly report: 1; readonly version: string; readonly command: string } {
  return { report: 1, version, command };
}

export function checkJson({ database, summary, sequences, ...found }: CheckReport): object {
  return { ...head('check'), database, summary, sequences, findings: allFindings(found) };
}

export function fixJson(report: FixReport): object {
  return { ...head('fix'), database: report.database, ...fixed(report) };
}

/** Of `import`, `restore` and `run`. */
export function loadJson({ fix, ...load }: LoadReport, command: string): object {
  return { ...head(command), database: fix.database, ...fixed(fix), ...load };
}

export function fixed({ summary, sequences, holders, ...found }: FixReport): object {
  return { summary, sequences, findings: allFindings(found), holders };
}

/** Accepted findings stand behind the others. */
function allFindings({ findings, accepted = [] }: Pick<CheckReport, 'findings' | 'accepted'>): object[] {
  const marked = accepted.map(({ by, reason, ...finding }) => ({
    ...finding,
    accepted: true,
    acceptedBy: by,
    acceptedReason: reason,
  }));
  return [...findings, ...marked];
}

/** For JSON.stringify: 64-bit numbers are texts of digits, because JSON's lose them. */
export function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/**
 * The value, so that JSON.stringify, which refuses a bigint, takes it and every object inside it: the value as `shape` gives it, the
 * others as they are, 64-bit numbers as texts of digits. What does that is not enumerable: nobody who walks or compares them sees it.
 */
export function jsonable<T extends object>(value: T, shape?: (value: T) => object): T {
  mark(value);
  if (shape !== undefined) define(value, () => shape(value));
  return value;
}

function mark(value: object): void {
  let hasDigits = false;
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'bigint') hasDigits = true;
    else if (isPlain(inner)) mark(inner);
  }
  if (hasDigits)
    define(value, () => Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, digits(name, inner)])));
}

function define(value: object, toJSON: () => object): void {
  Object.defineProperty(value, 'toJSON', { value: toJSON, configurable: true });
}

/** An error or a date has a shape of its own. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
