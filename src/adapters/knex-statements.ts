import { executeOn, type StatementClient } from '../pg/long-transaction.ts';
import type { Execute } from '../pg/statements.ts';

/** Statements in a transaction of Knex. */
export function knexStatements(transaction: { readonly client: unknown }): Execute {
  return async (statements) =>
    await executeOn(
      await (transaction.client as { acquireConnection(): Promise<StatementClient> }).acquireConnection(),
    )(statements);
}
