/**
 * Text for a terminal: control characters, line breaks and marks that reorder text become visible escapes. Names of relations
 * may hold any of them, and must not steer the terminal of whoever looks.
 */
export function printable(text: string): string {
  // C0 but tab, DEL and C1, line and paragraph separators, and the bidirectional controls
  return text.replaceAll(
    /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
    (character) => {
      if (character === '\n') return '\\n';
      if (character === '\r') return '\\r';
      return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
    },
  );
}

/** A word for a shell, in single quotes where it needs them. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
