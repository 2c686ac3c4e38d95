import { quoteIdentifier, quoteLiteral } from '../identifier.ts';

/** How a transaction of pgseq behaves towards everybody else's. */
export interface SessionSettings {
  /** SET ROLE, as pg_dump's --role. */
  readonly role?: string | undefined;
  /** Milliseconds; 0 is no limit. */
  readonly statementTimeout: number;
  /** Milliseconds; 0 is no limit. */
  readonly lockTimeout: number;
}

/** Under it, nothing that others have planted is found by a bare name. */
export const safeSearchPath = 'set local search_path = pg_catalog, pg_temp';

/**
 * The statements that open every transaction. All are SET LOCAL: poolers refuse startup parameters, and a plain SET would
 * stay behind in a server session that other clients share.
 */
export function sessionSettings({ role, statementTimeout, lockTimeout }: SessionSettings): string[] {
  return [
    ...(role === undefined ? [] : [`set local role ${quoteIdentifier(role)}`]),
    safeSearchPath,
    'set local row_security = off', // an error where a policy would hide rows, instead of a lower maximum
    `set local statement_timeout = ${statementTimeout}`,
    `set local lock_timeout = ${lockTimeout}`,
    'set local jit = off', // compiling costs more than the statements of pgseq take
    'set local constraint_exclusion = off', // planning would evaluate the CHECK constraints of other people's tables
  ];
}

/** A setting for one of the files in sql/, as a statement. */
export function setting(name: string, value: unknown): string {
  return `select pg_catalog.set_config(${quoteLiteral(`pgseq.${name}`)}, ${quoteLiteral(JSON.stringify(value))}, true)`;
}
