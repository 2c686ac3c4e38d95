/** The code of what a decoder throws for bytes that are no text. */
export const badText = 'ERR_ENCODING_INVALID_ENCODED_DATA';

/**
 * A text in an encoding whose characters may hold the bytes of a backslash, as a string in which what is special is found, and nothing
 * else: each byte below 0x80, and each that stands alone, is a character, and so are two that belong together. Nobody maps it to
 * Unicode but PostgreSQL: what other programs make of the same bytes differs in thousands of characters.
 */
export interface Wide {
  /** From bytes, each a character. Throws where a character is cut off. */
  read(bytes: string): string;
  /** Whether a sign of ASCII may be a part of a character. */
  hides(sign: string): boolean;
}

/** The lengths are PostgreSQL's. What follows a byte that begins a character is never below 0x30. */
const characters: readonly (readonly [names: RegExp, more: RegExp])[] = [
  [/^(?:sjis|shiftjis|mskanji|win932|windows932)$/, /[\x80-\xa0\xe0-\xff][^]?/g],
  [/^(?:big5|win950|windows950|gbk|win936|windows936|uhc|win949|windows949)$/, /[\x80-\xff][^]?/g],
  [/^gb18030$/, /[\x80-\xff](?:[0-9][^]{0,2}|[^])?/g],
];

/** Null for an encoding in which every byte of ASCII is what it is. */
export function wideOf(plainName: string): Wide | null {
  const more = characters.find(([names]) => names.test(plainName))?.[1];
  if (more === undefined) return null;
  return {
    read: (bytes) => bytes.replaceAll(more, packed),
    hides: (sign) => /[0-9@-~]/.test(sign),
  };
}

/** Two bytes in one character. */
function packed(bytes: string): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [first, second] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
    // A line break there would be taken for a part of it, and two rows for one
    if (Number.isNaN(second) || second < 0x30)
      throw Object.assign(new TypeError('half a character'), { code: badText });
    text += String.fromCharCode((first << 8) | second);
  }
  return text;
}

/** The bytes again, each a character. */
export function unpacked(text: string): string {
  return text.replaceAll(/[\u0100-\uffff]/g, (character) => {
    const bytes = character.charCodeAt(0);
    return String.fromCharCode(bytes >> 8, bytes & 0xff);
  });
}
