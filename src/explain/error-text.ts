/** What the text of an error says, as people have it: a message, a log, a stack trace. Null: it does not say. */
export interface ErrorText {
  /**
   * unique: a key is there already; index: a unique index could not be made; limit: a sequence has no values left; range: a whole
   * number is too large for its type; null: a column of ids got no value; missing: a sequence does not exist; denied: a role may not draw
   * from one; name: nothing but the name of a constraint, a table or a sequence.
   */
  readonly kind: 'unique' | 'index' | 'limit' | 'range' | 'null' | 'missing' | 'denied' | 'name';
  /** The constraint or index; of a limit, a missing one and one that is denied, the sequence; of a range, its type; of a name, that. */
  readonly constraint: string | null;
  readonly schema: string | null;
  readonly table: string | null;
  /** What an ORM calls the table: its model, which the table may be named after. */
  readonly model: string | null;
  readonly columns: readonly string[] | null;
  /** The values of the key, as PostgreSQL prints them between parentheses. */
  readonly value: string | null;
  /** What the statement was, where the text shows it. */
  readonly statement: 'insert' | 'update' | 'copy' | null;
  /** The columns that an INSERT gives values for, where the text shows them; DEFAULT and nextval(…) are none. */
  readonly given: readonly string[] | null;
  /** How often the text says that it happened. */
  readonly times: number;
}
