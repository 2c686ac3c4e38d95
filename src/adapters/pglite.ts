import type { Queryable, Row, TransactionOptions } from '../pg/queryable.ts';

/** What is asked of PGlite; its own class fits, and no type of its package leaks into ours. */
export interface PGliteLike {
  /** How it reads the types that it knows, by their oids. */
  readonly parsers: Readonly<Record<string, unknown>>;
  exec(
    sql: string,
    options: { rowMode: 'array'; parsers: Record<number, (value: string) => unknown> },
  ): Promise<readonly { readonly rows: readonly unknown[]; readonly affectedRows?: number }[]>;
}

/** PGlite, PostgreSQL in the process, as a Queryable. It has one session, which transactions must not share. */
export function pglite(client: PGliteLike): Queryable {
  let before: Promise<unknown> = Promise.resolve();
  const run = async (statements: readonly string[], mode: TransactionOptions['mode']): Promise<readonly Row[]> => {
    try {
      const text = [`begin isolation level read committed ${mode}`, ...statements, 'commit'].join(';\n');
      const results = await client.exec(text, { rowMode: 'array', parsers: asText(client) });
      return (results.at(-2)?.rows ?? []) as Row[];
    } catch (error) {
      await client.exec('rollback', { rowMode: 'array', parsers: {} });
      throw error;
    }
  };
  return {
    host: null,
    port: null,
    async transaction(statements, { mode, signal }) {
      signal?.throwIfAborted();
      const mine = before.then(() => run(statements, mode));
      before = mine.catch(() => undefined);
      return await mine;
    },
  };
}

/** Values as PostgreSQL prints them. PGlite spreads what it is given over what it knows, so every type is named. */
function asText({ parsers }: PGliteLike): Record<number, (value: string) => unknown> {
  return Object.fromEntries(Object.keys(parsers).map((oid) => [oid, (value: string) => value]));
}
