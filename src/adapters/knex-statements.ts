import { executeOn, type StatementClient } from '../pg/connection/loading-session.ts';
import type { Execute } from '../pg/query/statements.ts';

/** Statements in a transaction of Knex. */
export function knexStatements(transaction: { readonly client: unknown }): Execute {
  return async (statements) =>
    await executeOn(
      await (transaction.client as { acquireConnection(): Promise<StatementClient> }).acquireConnection(),
    )(statements);
}
