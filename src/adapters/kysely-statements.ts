import { type Execute, oneByOne } from '../pg/query/statements.ts';

/** What runs a statement of Kysely's: an instance, a transaction, a driver's connection. */
interface Runner {
  // oxlint-disable-next-line typescript/no-explicit-any -- Kysely's own types are generic over the database that it was told of
  executeQuery(query: any): Promise<any>;
}

/** Statements on Kysely, in text. */
export function kyselyStatements(db: Runner): Execute {
  return oneByOne(async (sql) => ((await db.executeQuery(raw(sql))) as { rows: readonly unknown[] }).rows);
}

/** What `CompiledQuery.raw` of Kysely makes, so that Kysely itself need not be found from here. */
export function raw(sql: string): unknown {
  return {
    sql,
    parameters: [],
    query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] },
    queryId: { queryId: 'pgseq' },
  };
}
