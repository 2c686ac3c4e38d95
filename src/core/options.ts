import { Problem } from '../pg/problem.ts';
import type { Offering } from '../pg/offering.ts';
import type { Queryable } from '../pg/queryable.ts';
import type { Method } from './move.ts';
import type { DatabaseReport } from './report.ts';
import type { Filters } from './scope.ts';

/** How to look at a database; every field may be left out. */
export interface LookOptions extends Filters {
  /** Links that the catalogs cannot know: `schema.sequence=schema.table.column@below`. */
  readonly links?: readonly string[] | undefined;
  /** Read foreign tables: asks the foreign server. */
  readonly readForeign?: boolean | undefined;
  /** Read tables also where planning that may run code of roles other than this one and superusers. */
  readonly trustOwners?: boolean | undefined;
  /** SET ROLE for every transaction. */
  readonly role?: string | undefined;
  /** Percent of a sequence's values from which it is near its limit; 80 unless given. */
  readonly nearLimit?: number | undefined;
  /** Percent of what remains that a move for a few lone ids may use up; 50 unless given. */
  readonly maxJump?: number | undefined;
  /** Milliseconds for one measurement; 30,000 unless given, 0 is no limit. */
  readonly statementTimeout?: number | undefined;
  /** Milliseconds that a read waits for a lock; 2,000 unless given. */
  readonly readLockTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How pgseq was called, for the commands that messages offer; bare ones where nobody typed anything. */
  readonly offering?: Offering | undefined;
  /** Opens more sessions of the same database, to measure side by side. Asked only where there is enough to measure. */
  readonly moreSessions?: (() => Promise<readonly Queryable[]>) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How to check; every field may be left out. */
export interface CheckOptions extends LookOptions {
  /** Told about how pgseq is connected: a superuser, a version not tested. */
  readonly onCaution?: ((text: string) => void) | undefined;
}

/** How to fix; every field may be left out. */
export interface FixOptions extends CheckOptions {
  /** auto unless given: stepping where that is quick and leaves no stale cache behind, else a short lock. */
  readonly method?: Method | 'auto' | undefined;
  /** Ids to leave free beyond the furthest stored value. */
  readonly margin?: bigint | undefined;
  /** Move the one sequence in scope forward to this value, by hand. */
  readonly to?: bigint | undefined;
  /** What the next value of a sequence must be at least, by its name in reports: there it stood, or will be wanted, for another reason than what is stored. */
  readonly floors?: ReadonlyMap<string, bigint> | undefined;
  /** Milliseconds that a lock may keep writers waiting, each time; 100 unless given. */
  readonly lockTimeout?: number | undefined;
  /** Milliseconds to wait for transactions that may hold explicit ids nobody sees yet; 30,000 unless given. */
  readonly wait?: number | undefined;
  /** Change nothing. */
  readonly dryRun?: boolean | undefined;
  /** Told what is about to be changed, before anything is. */
  readonly onStart?: ((database: DatabaseReport, moves: number) => void) | undefined;
}

/** How to guard; every field may be left out. */
export interface GuardOptions extends FixOptions {
  /** Also guard updates of the columns; unless given, as it was, and not at first. */
  readonly updates?: boolean | undefined;
  /** Also guard tables as they are made. */
  readonly newTables?: boolean | undefined;
}

/** What long work is at. */
export interface Progress {
  readonly phase: 'survey' | 'guard' | 'measure' | 'move' | 'wait' | 'verify';
  readonly done: number;
  /** 0 when it is not known. */
  readonly total: number;
}

/** Reads a duration with its unit, as PostgreSQL writes them (`300ms`, `5s`, `2min`, `5m`, `1h`), into milliseconds. */
export function readDuration(text: string, option: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unit ?? ''];
  if (amount === undefined || factor === undefined)
    throw new Problem(`${option} ${text}: not a duration`, {
      hint: `write a number with its unit: ${option} 300ms, ${option} 5s, ${option} 2m`,
    });
  return inRange(Math.round(Number(amount) * factor), option, text);
}

function inRange(milliseconds: number, option: string, text: string): number {
  if (milliseconds > 2_147_483_647) throw new Problem(`${option} ${text}: more than PostgreSQL takes (24 days)`);
  return milliseconds;
}

/** Reads a percentage, with or without its sign: `80%`. */
export function readPercent(text: string, option: string): number {
  const [, amount] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(amount);
  if (amount === undefined || percent > 100) throw new Problem(`${option} ${text}: not a percentage from 0% to 100%`);
  return percent;
}

/** Reads a whole number. */
export function readInteger(text: string, option: string, least: bigint | null = null): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new Problem(`${option} ${text}: not a whole number`);
  const value = BigInt(text.replace(/^\+/, ''));
  if (least !== null && value < least) throw new Problem(`${option} ${text}: less than ${least}`);
  return value;
}
