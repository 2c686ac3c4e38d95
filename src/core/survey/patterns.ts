import { foldName } from '../../pg/identifier.ts';
import { Problem } from '../../problem.ts';
import { linearExpression } from '../../text/linear-expression.ts';

/** A psql pattern, ready to match: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-PATTERNS */
export interface Pattern {
  readonly text: string;
  /** null where the pattern names no schema: it matches what is visible along the search path then. */
  readonly schema: NamePattern | null;
  readonly name: NamePattern;
}

/** A part of a pattern. */
export interface NamePattern {
  /** As a regular expression, which PostgreSQL reads the same way. */
  readonly source: string;
  test(name: string): boolean;
}

/** Reads a pattern for relations: `name`, `schema.name`, with `*`, `?`, regular expressions and double quotes. */
export function relationPattern(text: string): Pattern {
  const parts = translate(text);
  if (parts.length > 2) throw new Problem(`${text}: too many dots in a pattern (schema.name at most)`);
  const [first = '', second] = parts;
  return second === undefined
    ? { text, schema: null, name: compile(text, first) }
    : { text, schema: compile(text, first), name: compile(text, second) };
}

/** Reads a pattern for schemas. */
export function schemaPattern(text: string): Pattern {
  return onePart(text, 'schema');
}

/** Reads a pattern for databases. */
export function databasePattern(text: string): Pattern {
  return onePart(text, 'database');
}

function onePart(text: string, what: string): Pattern {
  const parts = translate(text);
  if (parts.length > 1) throw new Problem(`${text}: a ${what} pattern cannot have a dot outside double quotes`);
  return { text, schema: null, name: compile(text, parts[0] ?? '') };
}

/** Whether the pattern matches a relation. `visible`: it is what its bare name means along the search path. */
export function matches(pattern: Pattern, relation: { schema: string; name: string; visible: boolean }): boolean {
  return (
    pattern.name.test(relation.name) &&
    (pattern.schema === null ? relation.visible : pattern.schema.test(relation.schema))
  );
}

/** The parts of a pattern between its dots, each as the source of a regular expression. processSQLNamePattern of psql. */
function translate(text: string): string[] {
  const parts = [''];
  const add = (source: string): void => {
    parts[parts.length - 1] += source;
  };
  const characters = Array.from(text);
  let quoted = false;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === '"') {
      if (quoted && characters[i + 1] === '"') {
        add('"');
        i++;
      } else quoted = !quoted;
    } else if (quoted) add(escape(character));
    else if (character === '.') parts.push('');
    else if (character === '*') add('.*');
    else if (character === '?') add('.');
    else if (character === '$') add('\\$');
    else if (character === '[' && characters[i + 1] === ']') {
      // The brackets of a type's array
      add('\\[\\]');
      i++;
    } else add(foldName(character));
  }
  if (quoted) throw new Problem(`${text}: a double quote is not closed in this pattern`);
  return parts;
}

function escape(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function compile(text: string, part: string): NamePattern {
  if (part === '') throw new Problem(`${JSON.stringify(text)}: a part of this pattern is empty`);
  const source = `^(${part})$`;
  try {
    if (isPlain(part)) {
      const expression = new RegExp(source, 'su');
      return { source, test: (name) => expression.test(name) };
    }
    return { source, test: linearExpression(source) };
  } catch (cause) {
    throw new Problem(`${text}: not a pattern: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Whether it has two stars at the most and no other operator: those that JavaScript, which tries one way after the other, matches in few
 * steps. Anything else is for RE2, whose steps grow with the length of the name only, whatever the pattern.
 */
function isPlain(part: string): boolean {
  const literals = part.replaceAll(/\\./gs, '');
  return literals.split('.*').length <= 3 && !/[*+?{}()[\]|^$]/.test(literals.replaceAll('.*', ''));
}
