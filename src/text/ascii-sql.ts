/**
 * SQL in ASCII alone, without a line break inside of a name or a text: it comes through pipes that take another encoding for
 * granted (PowerShell's) or end lines with CR LF. Texts become E'…\u…', names U&"…\…", whatever standard_conforming_strings says.
 * In a comment, what is not ASCII becomes `?`. What stands between dollars is taken for code, as in the body of a function.
 */
export function ascii(sql: string): string {
  return sql.replaceAll(token, (text) => {
    if (!isOdd.test(text)) return text;
    if (text.startsWith('--')) return text.replaceAll(odd, '?');
    if (text.startsWith('U&')) return escaped(text, '\\', '\\+');
    if (text.startsWith('"')) return `U&"${escaped(text.slice(1, -1).replaceAll('\\', '\\\\'), '\\', '\\+')}"`;
    const inside = text.startsWith('E') ? text.slice(2, -1) : text.slice(1, -1).replaceAll('\\', '\\\\');
    return `E'${escaped(inside, '\\u', '\\U00')}'`;
  });
}

const token = /--[^\n]*|(?:U&)?"(?:[^"]|"")*"|E'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'/g;
const isOdd = /[^\t -~]/;
const odd = /[^\t -~]/gu;

/** `short` goes before four hexadecimal digits, `long` before six. */
function escaped(text: string, short: string, long: string): string {
  return text.replaceAll(odd, (one) => {
    const code = (one.codePointAt(0) as number).toString(16);
    return code.length <= 4 ? `${short}${code.padStart(4, '0')}` : `${long}${code.padStart(6, '0')}`;
  });
}
