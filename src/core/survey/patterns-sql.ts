import { quoteLiteral } from '../../pg/identifier.ts';
import type { NamePattern, Pattern } from './patterns.ts';

/** What a pattern is held against: SQL that gives a name, its schema, and whether the bare name means it. */
export interface NamedSql {
  readonly name: string;
  readonly schema: string;
  readonly visible: string;
}

/** A condition in SQL: one of several patterns must match. None at all where no pattern was given. */
export function anyOf(
  texts: readonly string[] | undefined,
  read: (text: string) => Pattern,
  condition: (pattern: Pattern) => string,
): string[] {
  return texts === undefined || texts.length === 0 ? [] : [`(${texts.map(read).map(condition).join(' or ')})`];
}

/** The opposite of `anyOf`. */
export function noneOf(...given: Parameters<typeof anyOf>): string[] {
  return anyOf(...given).map((condition) => `not ${condition}`);
}

/** What one pattern says, in SQL. */
export function matchesSql({ schema, name }: Pattern, named: NamedSql): string {
  return `(${named.name} ~ ${source(name)} and ${schema === null ? named.visible : `${named.schema} ~ ${source(schema)}`})`;
}

/**
 * A regular expression for PostgreSQL: what psql's patterns come to means the same in both. Without a colon before a letter, which
 * migration tools take for a parameter.
 */
function source(expression: NamePattern): string {
  return quoteLiteral(expression.source.replaceAll(/(?<!\(\?):(?=[A-Za-z_])/g, String.raw`\u003a`));
}
