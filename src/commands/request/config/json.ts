import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { Problem } from '../../../problem.ts';

/** Something in a file that cannot be used, and what to write instead. */
export interface Mistake {
  /** How many characters stand before it. */
  readonly offset: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A key of an object with its value, and where both stand. */
export interface Property {
  readonly key: string;
  readonly offset: number;
  readonly value: Node;
}

/** What the parser calls it, and what to say. */
const words: Readonly<Record<string, string>> = {
  InvalidSymbol: 'not a value: strings need double quotes',
  InvalidNumberFormat: 'not a number',
  PropertyNameExpected: 'expected a key in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon',
  CommaExpected: 'expected a comma',
  CloseBraceExpected: 'expected a }',
  CloseBracketExpected: 'expected a ]',
  EndOfFileExpected: 'unexpected text after the end of the object',
  UnexpectedEndOfComment: 'unclosed comment',
  UnexpectedEndOfString: 'unclosed string: expected a double quote',
  InvalidUnicode: String.raw`\u takes four hexadecimal digits`,
  InvalidEscapeCharacter: String.raw`\ must be followed by one of " \ / b f n r t u`,
  InvalidCharacter: String.raw`a control character must be written as \n, \t or \u0000`,
};

/** Reads JSON, in which comments and a comma at the end of a list are allowed. The object; undefined where it is none. */
export function readObject(text: string, mistakes: Mistake[]): Node | undefined {
  const errors: ParseError[] = [];
  // The mark that some editors put at the beginning is no part of the text, yet it counts as a character
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  let line = -2;
  for (const { error, offset } of errors) {
    // What follows a mistake on its line is mostly due to it
    const here = text.lastIndexOf('\n', offset - 1);
    if (here === line) continue;
    line = here;
    const code = printParseErrorCode(error);
    mistakes.push({ offset, message: words[code] ?? code });
  }
  if (root?.type === 'object') return root;
  if (errors.length === 0 || root !== undefined)
    mistakes.push({ offset: root?.offset ?? 0, message: 'not an object: { … }' });
  return undefined;
}

/** The keys of an object. One that is there twice is a mistake; the last of them counts, as in JavaScript. */
export function propertiesOf(object: Node, mistakes: Mistake[]): Property[] {
  const found = new Map<string, Property>();
  for (const { children: [name, value] = [] } of object.children ?? []) {
    if (name === undefined || value === undefined) continue; // a mistake that the parser has told
    const key = String(name.value);
    if (found.has(key)) mistakes.push({ offset: name.offset, message: `"${key}" appears twice` });
    found.set(key, { key, offset: name.offset, value });
  }
  return [...found.values()];
}

/** One Problem that tells every mistake, each as FILE:LINE:COLUMN; throws nothing when there is none. */
export function throwMistakes(file: string, text: string, mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return;
  const lines = mistakes
    .toSorted((a, b) => a.offset - b.offset)
    .flatMap(({ offset, message, hint }) => {
      const before = text.slice(0, offset).split('\n');
      const place = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`;
      return hint === undefined ? [place] : [place, ...[hint].flat().map((line) => `  ${line}`)];
    });
  throw new Problem(lines);
}
