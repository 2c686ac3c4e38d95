import type { HealOptions } from '../../src/heal/options.ts';
import type { Queryable } from '../../src/index.ts';
import type { Version } from './clients.ts';

/** A row with an id of its own. */
interface GivenRow {
  readonly id: bigint;
  readonly name?: string;
  readonly email?: string;
}

/** What an application does with a client, in the client's own words. */
export interface Writer {
  /** Inserts into users; the id comes from the sequence. */
  insert(name: string): Promise<unknown>;
  insertWith(row: GivenRow): Promise<unknown>;
}

/** The same in a transaction that the application has begun. */
interface Within extends Writer {
  readonly queryable: Queryable;
}

export interface Application extends Writer {
  transaction(work: (within: Within) => Promise<void>, isolation?: 'repeatable read'): Promise<unknown>;
}

/** A client that is open. */
export interface Opened {
  readonly queryable: Queryable;
  readonly plain: Application;
  /** The same client, healing. */
  healed(options: HealOptions & { savepoints?: boolean }): Application;
  close(): Promise<unknown>;
}

export interface Subject {
  readonly name: string;
  /** On the connections that it may have; PGlite has one, and is its own server. */
  open(url: string, version: Version, most: number): Promise<Opened>;
  readonly lacks?: readonly Ability[];
}

/** `savepoints`: it heals in transactions too. */
export type Ability = 'savepoints' | 'first in a transaction' | 'cancelling';
