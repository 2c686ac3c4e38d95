import * as sql from './guard.generated.ts';

/** Of what is made in a database: each body says it (`-- version: 1`). It goes up with every change of one of them. */
export const guardVersion = 3;

/**
 * What guards need in a database, in the order in which it is made; each statement can be run again. It gives nobody any
 * right, and guards nothing by itself.
 */
export const guardObjects: readonly string[] = [
  sql.schema,
  sql.feedingSequence,
  sql.inspectSequence,
  sql.hasRowsBeyond,
  sql.committed,
  sql.advance,
  sql.pause,
  sql.columns,
  sql.protect,
  sql.granted,
];

/** What guards of version 1 and 2 call besides, by names that are no longer made. */
export const earlierFunctions: readonly string[] = ['forward', 'settled', 'source', 'watch'];

/** The function that guards tables as they are made. */
export const newTables = sql.newTables;

export const eventTrigger = 'pgseq_new_tables';

/** A table comes to have a column that a sequence feeds, or a trigger of ours, by one of these. */
const commands = ['CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE SCHEMA', 'ALTER TABLE', 'CREATE TRIGGER'];

export const createEventTrigger = `create event trigger ${eventTrigger} on ddl_command_end when tag in (${commands
  .map((tag) => `'${tag}'`)
  .join(', ')}) execute function pgseq.guard_new_tables()`;

/** The text of a guard's function: its parameters stand as in PostgreSQL's format(). */
export const guardTemplate = sql.protect.split('$template$')[1] ?? '';
