/** Who acts: the superuser to whom the guard of `sales.v` belongs, or a role that may insert into that table, and no more. */
type Who = 'postgres' | 'mallory';

/** One way of getting what is not Mallory's through the guard of somebody else's table. */
export interface Attack {
  /** For code that is run with the guard's rights: what the planted function leaves. */
  readonly name: string;
  /** The first major in which it exists. */
  readonly since?: number;
  /** The last one where a naive guard falls for it. */
  readonly until?: number;
  /** Each step is somebody's own session: what one has planned or looked at is not in the memory of the next. */
  readonly apart?: boolean;
  /**
   * `{guard T}` guards column id of T, `{call}` is the trigger function of `sales.v` with its arguments, `{event}` makes the event
   * trigger, `{in}` is the schema of the guard.
   */
  readonly steps: readonly (readonly [Who, string])[];
  /** Whether the attack has succeeded, as one value. Without it: whether the planted function has run as the superuser. */
  readonly took?: string;
}

export const victim = `
  create schema sales; grant usage on schema sales to mallory;
  create table sales.v (id bigserial primary key, name text); grant insert on sales.v to mallory`;

/** A trigger of Mallory's that calls the guard of sales.v. */
export const attach = (table: string, how = 'referencing new table as inserted for each statement'): string =>
  `create trigger borrowed after insert on ${table} ${how} execute function {call}`;
