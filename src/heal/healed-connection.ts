import type { Queryable } from '../pg/queryable.ts';
import { begun, type Execute, inside, ownTransactions } from '../pg/query/statements.ts';
import type { Attempt, Healer } from './healer.ts';
import { annotate } from './annotate.ts';
import { effectOf, isRepeatable, isWrite, names, type Statement } from './statement.ts';

/** A connection, past the healing. */
export interface ClientConnection {
  readonly host: string | null;
  readonly port: number | null;
  /** Runs statements on this very connection. */
  readonly execute: Execute;
  /** The client on another connection; undefined where it can have only this one. */
  readonly elsewhere?: (() => Queryable) | undefined;
}

export interface HealedConnectionOptions {
  readonly savepoints?: boolean | undefined;
  /** What has begun the transaction that is open already. */
  readonly opening?: string | undefined;
}

const point = 'pgseq_heal';
/** How long an error in a transaction waits for a connection that is free to look. */
const patience = 10_000;

/**
 * One connection of a client, followed through its transactions by the statements that pass. What fails outside of a transaction,
 * as the first statement of one, or behind a savepoint of ours, is healed and run again; for anything else the sequence is moved,
 * and the error says that the transaction can be run again.
 */
export class HealedConnection {
  readonly #healer: Healer;
  readonly #savepoints: boolean;
  /** What has begun the transaction that is open, and set it up; null outside of one. */
  #opening: string[] | null;
  /** More than that has run in it. */
  #isUsed = false;
  /** Statements under way: their client may queue them, or send them all at once. */
  #running = 0;
  /** Ends when nobody needs the connection for himself any more. */
  #alone: Promise<unknown> | null = null;

  constructor(healer: Healer, { savepoints = false, opening }: HealedConnectionOptions = {}) {
    this.#healer = healer;
    this.#savepoints = savepoints;
    this.#opening = opening === undefined ? null : [opening];
  }

  /** Runs a statement by `execute`, and once more where that is the cure. */
  async run<T>(wire: ClientConnection, statement: Statement, execute: () => Promise<T>): Promise<T> {
    if (this.#alone !== null) await this.settled();
    this.#running++;
    try {
      return await (this.#savepoints && this.#isUsed && isWrite(statement.sql) && isRepeatable(statement.sql)
        ? this.#exclusively(() => this.#marked(wire, statement, execute))
        : this.#plain(wire, statement, execute));
    } finally {
      this.#running--;
    }
  }

  /** Something else runs on the connection, unseen. */
  pass(): void {
    this.#isUsed = this.#opening !== null;
  }

  get isSettled(): boolean {
    return this.#alone === null;
  }

  /** Resolves when a healing that is going on has ended: until then nobody else may use the connection, or give it back. */
  async settled(): Promise<void> {
    while (this.#alone !== null) await this.#alone;
  }

  async #plain<T>(wire: ClientConnection, statement: Statement, execute: () => Promise<T>): Promise<T> {
    const { sql } = statement;
    const since = performance.now();
    try {
      const result = await execute();
      this.#follow(sql);
      return result;
    } catch (error) {
      const isHealable = isRepeatable(sql) && this.#healer.mayCure(error);
      const isFirst = this.#opening === null || !this.#isUsed;
      this.#follow(sql);
      if (!isHealable) throw error;
      const attempt = attemptOf(statement, since);
      // Others are under way in the same transaction: they have heard by now that it has failed
      if (isFirst && (this.#opening === null || this.#running === 1)) {
        const isCured = await this.#exclusively(() => this.#again(wire, error, attempt).catch(() => false)); // false: it is lost
        if (isCured) return await execute();
      } else await curesLater(this.#healer, error, attempt, wire.elsewhere);
      throw error;
    }
  }

  /** Behind a savepoint, which nobody else's statement gets into. */
  async #marked<T>(
    { execute: send, ...place }: ClientConnection,
    statement: Statement,
    execute: () => Promise<T>,
  ): Promise<T> {
    const attempt = attemptOf(statement, performance.now());
    await send([`savepoint ${point}`]);
    let result: T;
    try {
      result = await execute();
    } catch (error) {
      if (!this.#healer.mayCure(error)) throw error;
      await send([`rollback to savepoint ${point}`]);
      if ((await this.#healer.cures(error, attempt, () => inside(place, send))) === null) {
        await fail(send);
        throw error;
      }
      result = await execute();
    }
    await send([`release savepoint ${point}`]);
    return result;
  }

  /** Whether the first statement of a transaction, or one outside of any, can be run again now: all is as it was before it. */
  async #again(wire: ClientConnection, error: unknown, attempt: Attempt): Promise<boolean> {
    const { execute: send, host, port } = wire;
    const own = ownTransactions({ host, port, open: (mode, work) => begun(send, mode, work) });
    const cured = async (): Promise<boolean> => (await this.#healer.cures(error, attempt, () => own)) !== null;
    if (this.#opening === null) return await cured();
    await send(['rollback']);
    const isCured = await cured();
    for (const sql of this.#opening) await send([sql]);
    if (!isCured) await fail(send);
    return isCured;
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = work();
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.#alone = ended;
    try {
      return await result;
    } finally {
      if (this.#alone === ended) this.#alone = null;
    }
  }

  #follow(sql: string): void {
    const effect = effectOf(sql);
    if (effect === 'begins' || effect === 'unclear') this.#opening ??= []; // unclear: as if in one, where less is dared
    if (effect === 'ends') this.#opening = null;
    if (this.#opening === null) this.#isUsed = false;
    else if (effect === 'works' || effect === 'unclear') this.#isUsed = true;
    else if (!this.#isUsed) this.#opening.push(sql);
  }
}

export function attemptOf(statement: Statement, since: number): Attempt {
  return { since, names: (value) => names(statement, value) };
}

/** Moves the sequence for a statement that cannot be run again by us, and says so on its error. */
export async function curesLater(
  healer: Healer,
  error: unknown,
  attempt: Attempt,
  elsewhere: ClientConnection['elsewhere'],
): Promise<void> {
  if (elsewhere === undefined || !healer.mayCure(error)) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  const moved = await Promise.race([healer.cures(error, attempt, elsewhere), late]);
  clearTimeout(timer);
  if (moved === undefined) annotate(error, 'no connection was free to check whether a sequence is behind');
  else if (moved !== null) annotate(error, `${moved}. The failed transaction will succeed if it is run again`);
}

/** Puts the transaction into the state that it was in after the error: the caller has not heard that we have left it. */
async function fail(send: Execute): Promise<void> {
  await send(['rollback to savepoint pgseq_restores_the_failed_state']).catch(() => undefined);
}
