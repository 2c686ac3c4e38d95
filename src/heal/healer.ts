import { counted } from '../text/counted.ts';
import { debuglog } from 'node:util';
import { Problem } from '../problem.ts';
import { printable } from '../text/printable.ts';
import { errorHint, errorMessage } from '../pg/sqlstate.ts';
import type { Queryable } from '../pg/queryable.ts';
import { type UniqueViolation, uniqueViolation } from '../pg/query/unique-violation.ts';
import { fixOnly } from '../core/fix.ts';
import { jsonable } from '../core/model/json.ts';
import { inspect, type Inspection } from '../core/inspect.ts';
import { isOutlierOnly } from '../core/model/lone.ts';
import type { Assessment } from '../core/model/assessed.ts';
import type { InspectOptions } from '../core/model/options.ts';
import type { FixedSequence } from '../core/model/report.ts';
import { annotate } from './annotate.ts';
import type { Healed, HealOptions } from './options.ts';
import { type FeedingSequences, feedingSequences } from '../core/feeding-sequences.ts';
import { findings } from '../core/findings/findings.ts';

/** A statement that failed, as far as it tells whether its id was drawn or given. */
export interface Attempt {
  /** When it was begun, by `performance.now()`. */
  readonly since: number;
  /**
   * Whether the id may be one that the caller gave: it names this value, null where the error does not say it, or one of these columns.
   * Undefined: nobody knows.
   */
  readonly names?: ((value: string | null, columns: readonly string[]) => boolean) | undefined;
}

/** What became of a look at one violated key. */
type HealVerdict =
  | { readonly kind: 'moved'; readonly what: string }
  /** Nothing that feeds these columns of the key is behind; none: nothing feeds it at all. `seen`: what does feed it, and where it stands. */
  | { readonly kind: 'innocent'; readonly fed: readonly string[]; readonly seen: readonly Seen[] }
  /** It is behind, and could not be moved: why, and what helps. */
  | { readonly kind: 'helpless'; readonly why: string };

/** A sequence that is in step, and the table of the violated key. */
type Seen = Pick<Healed, 'sequence' | 'table'> & { readonly next: bigint | null };

/** What is known of a violated key. */
interface Key {
  suspects: FeedingSequences | null;
  /** Until when the suspects are believed, by `performance.now()`: migrations change what feeds what. */
  until: number;
  /** When its sequence was moved last, and how. */
  moved: { readonly at: number; readonly what: string } | null;
  /** The look that is going on, and when it began. */
  looking: { readonly since: number; readonly verdict: Promise<HealVerdict> } | null;
}

const standsBeyond = 'the sequence was behind, but has since moved beyond the taken id';
const unfed: HealVerdict = { kind: 'innocent', fed: [], seen: [] };
const remembered = 60_000;
const minute = 60_000;

const debug = debuglog('pgseq');

/** Heals for one client: whoever fails on the same key at the same time waits for one look and one move. */
export class Healer {
  readonly #options: HealOptions;
  readonly #keys = new Map<string, Key>();
  readonly #moves: number[] = [];

  constructor(options: HealOptions) {
    this.#options = options;
  }

  /** Whether it is worth a look: false for what is no unique violation, and for a key that nothing is known to feed. */
  mayCure(error: unknown): boolean {
    const violation = this.#violationIn(error);
    return violation !== null && !isUnfed(this.#keyOf(violation));
  }

  /**
   * What was moved, in words, so that the statement should be run again; null where that would not help. Where a sequence is
   * behind and could not be moved the error gets a note that says why; any other error is left as it is. `db` is called only if
   * nobody else is looking.
   */
  async cures(error: unknown, attempt: Attempt, db: () => Queryable | Promise<Queryable>): Promise<string | null> {
    const violation = this.#violationIn(error);
    if (violation === null) return null;
    const verdict = await this.#verdictOn(violation, attempt, db);
    if (verdict.kind === 'moved') return verdict.what;
    if (verdict.kind === 'helpless' && this.#options.signal?.aborted !== true) annotate(error, verdict.why);
    if (verdict.kind !== 'innocent' || !wasDrawn(violation, attempt, verdict.fed)) return null;
    for (const seen of verdict.seen) this.#retried(seen);
    return standsBeyond;
  }

  async #verdictOn(
    violation: UniqueViolation,
    { since }: Attempt,
    db: () => Queryable | Promise<Queryable>,
  ): Promise<HealVerdict> {
    const key = this.#keyOf(violation);
    const failedAt = performance.now();
    for (;;) {
      if (key.moved !== null && key.moved.at > since) return { kind: 'moved', what: key.moved.what }; // it drew its id before that
      if (key.looking === null) break;
      const { since: began, verdict } = key.looking;
      const heard = await verdict;
      // A look that began before the failure may not have seen what made it fail
      if (heard.kind !== 'innocent' || began > failedAt) return heard;
    }
    const verdict = this.#look(key, violation, db).finally(() => {
      key.looking = null;
    });
    key.looking = { since: performance.now(), verdict };
    return await verdict;
  }

  #violationIn(error: unknown): UniqueViolation | null {
    return this.#options.signal?.aborted === true ? null : uniqueViolation(error);
  }

  #keyOf({ schema, table, constraint }: UniqueViolation): Key {
    const name = JSON.stringify([schema, table, constraint]);
    const known = this.#keys.get(name) ?? { suspects: null, until: 0, moved: null, looking: null };
    this.#keys.set(name, known);
    return known;
  }

  /** Never throws: an application must not fail on what was to help it. */
  async #look(key: Key, violation: UniqueViolation, db: () => Queryable | Promise<Queryable>): Promise<HealVerdict> {
    const options: InspectOptions = { ...this.#options, nearLimit: 100 };
    const { role, statementTimeout = 5000, lockTimeout = 100, readLockTimeout = 2000 } = this.#options;
    try {
      const now = performance.now();
      if (isUnfed(key)) return unfed;
      const session = await db();
      if (key.suspects === null || now >= key.until) {
        const queryOptions = { role, statementTimeout, lockTimeout: readLockTimeout };
        key.suspects = await feedingSequences(session, violation, options, queryOptions);
        key.until = now + remembered;
      }
      const { oids, table, columns } = key.suspects;
      if (oids.length === 0 || table === null) return unfed;
      const inspection = await inspect(session, { ...options, statementTimeout }, oids);
      const looked = await inspection.assess(inspection.scope.sequences, 0n, 'measure');
      // A few lone ids far ahead are no reason to move, and not what this statement failed on: check does not say behind either
      const behind = looked.filter(
        ({ sequence, judgement, outliers }) =>
          judgement.state === 'behind' && !isOutlierOnly(sequence, judgement, outliers),
      );
      if (behind.length === 0) return await whyNothing(inspection, looked, options, { table, columns });
      const isInside = (await session.inTransaction?.()) ?? false;
      const limit = this.#limited();
      if (limit !== null) return { kind: 'helpless', why: limit };
      const report = await fixOnly(
        session,
        behind.map(({ sequence }) => sequence.oid),
        // In a transaction a lock would be held to its end
        { ...this.#options, ...(isInside ? { method: 'step' } : {}), statementTimeout, lockTimeout, wait: 0 },
      );
      const told = report.sequences.map((sequence) => this.#told(sequence, table));
      const what = told.join('\n');
      if (report.sequences.some(({ state }) => state === 'behind')) return { kind: 'helpless', why: what };
      key.moved = { at: performance.now(), what };
      return { kind: 'moved', what };
    } catch (error) {
      const hint = error instanceof Problem ? (error.hint ?? null) : errorHint(error);
      const lines = [errorMessage(error), ...(hint === null ? [] : [indented(hint)])];
      return { kind: 'helpless', why: `could not check whether a sequence is behind: ${lines.join('\n')}` };
    }
  }

  /** What became of a sequence, in words; a move is told to whoever listens. */
  #told(sequence: FixedSequence, table: string): string {
    const { name, action, before, after, error, reason, message, next } = sequence;
    if (error !== null) {
      const hint = error.hint === null ? '' : `\n${indented(error.hint)}`;
      return `${message}, and it could not be moved: ${error.message}${hint}`;
    }
    if (reason === 'outlier')
      return `${message}; it is not moved that far for a few outlying ids: see pgseq check, or allow it with maxJump: 100`;
    const from = before?.next ?? null;
    const to = after?.next ?? null;
    if (action !== 'moved' || from === null || to === null) {
      this.#retried({ sequence: name, table, next });
      return `the next value of ${printable(name)} is ${next} now`;
    }
    this.#moves.push(performance.now());
    const what = `${printable(name)} was behind ${printable(table)} and was moved from ${from} to ${to}`;
    this.#tell(what, { sequence: name, from, to, table });
    return what;
  }

  /** There was nothing to move, and the statement is run again. */
  #retried({ next, ...where }: Seen): void {
    if (next === null) return;
    this.#tell(`the next value of ${printable(where.sequence)} is ${next}: ${standsBeyond}`, {
      ...where,
      from: next,
      to: next,
      note: standsBeyond,
    });
  }

  /** Tells whoever listens. */
  #tell(what: string, healed: Omit<Healed, 'label'>): void {
    const { label = null, onHeal } = this.#options;
    debug('%s%s', label === null ? '' : `${label}: `, what);
    try {
      onHeal?.(jsonable({ ...healed, label }));
    } catch (thrown) {
      debug('onHeal: %s', errorMessage(thrown)); // the statement was healed all the same
    }
  }

  /** What to say where enough has been moved for a minute; null where it has not. */
  #limited(): string | null {
    const most = this.#options.movesPerMinute ?? 10;
    const now = performance.now();
    while (this.#moves.length > 0 && now - (this.#moves[0] as number) > minute) this.#moves.shift();
    if (this.#moves.length < most) return null;
    debug('%d moves in a minute: healing pauses', this.#moves.length);
    return (
      `a sequence is behind again after ${counted(this.#moves.length, 'move')} in the last minute, so healing pauses. Something keeps ` +
      'inserting its own ids; a guard would keep the sequence in sync (pgseq guard install)'
    );
  }
}

function isUnfed({ suspects, until }: Key): boolean {
  return suspects?.oids.length === 0 && performance.now() < until;
}

/** Where nothing is seen to be behind: what stands where, or that something could not be seen. */
async function whyNothing(
  inspection: Inspection,
  looked: readonly Assessment[],
  options: InspectOptions,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
): Promise<HealVerdict> {
  const unknown = looked.filter(({ judgement }) => judgement.state === 'unknown');
  if (unknown.length === 0) {
    const seen = looked.map(({ sequence, judgement: { next } }) => ({ sequence: sequence.name, table, next }));
    return { kind: 'innocent', fed: columns, seen };
  }
  const told = (await findings(inspection, unknown, options, 'move')).filter(({ rule }) =>
    /^(?:unreadable|row-security)$/.test(rule),
  );
  const lines = told.flatMap(({ message, fix }) => [message, ...(fix === null ? [] : [indented(fix)])]);
  return { kind: 'helpless', why: `could not check whether a sequence is behind: ${lines.join('\n')}` };
}

/**
 * Whether the id of a statement that failed, on a sequence that is in step now, was drawn from it: then another process has moved
 * it in between, and the statement need only be run again. One that nowhere names the value cannot have given it.
 */
function wasDrawn({ value }: UniqueViolation, { names }: Attempt, fed: readonly string[]): boolean {
  return fed.length > 0 && names !== undefined && !names(value, fed);
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
