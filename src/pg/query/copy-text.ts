const special = /[\\\n\r\t\0]/;
const specials = /[\\\n\r\t\0]/g;

const sliceSize = 64 * 1024;

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\000', // PostgreSQL refuses it, and names the line
};

/** A text as COPY's text format has it within a line. NULL is written as \N, which this is not for. */
export function copyField(text: string): string {
  if (!special.test(text)) return text;
  // In slices: what is found in a text is held until all of it is replaced
  let field = '';
  for (let from = 0; from < text.length; from += sliceSize)
    field += text.slice(from, from + sliceSize).replaceAll(specials, (character) => escapes[character] ?? character);
  return field;
}

const escaped: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };

/** The text that a field of COPY's text format stands for. */
export function copiedText(field: string): string {
  return field.replaceAll(
    /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))/gs,
    (_, hex?: string, octal?: string, letter = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8) & 255);
      return escaped[letter] ?? letter;
    },
  );
}
