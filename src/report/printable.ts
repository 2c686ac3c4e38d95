import { shown } from '../pg/stray-bytes.ts';

/**
 * Text for a terminal: control characters, line breaks and marks that reorder text become visible escapes. Names of relations
 * may hold any of them, and must not steer the terminal of whoever looks.
 */
export function printable(text: string): string {
  // control characters, line and paragraph separators, the bidirectional controls, and what is no character at all
  return shown(text).replaceAll(
    /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu,
    (character) => {
      const known = { '\t': '\t', '\n': '\\n', '\r': '\\r' }[character];
      return known ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
    },
  );
}
