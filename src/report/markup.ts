import { printable } from '../text/printable.ts';

/** Text as inline code of GitHub's Markdown, also in a table's cell; no mention, link or markup comes of it. */
export function code(text: string): string {
  const plain = printable(text);
  if (/^[\w.$"'-]([\w.$"' -]*[\w.$"'-])?$/.test(plain)) return `\`${plain}\``;
  // Between backticks neither a backtick nor a backslash before a pipe can be written in every place
  const escaped = plain.replaceAll(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0)};`);
  // Addresses become links even there, unless something stands in them; copied, it is gone
  return `<code>${escaped.replaceAll(/&#64;|&#58;(?=&#47;&#47;)|www(?=&#46;)/gi, '$&<!-- -->')}</code>`;
}

/**
 * A sentence as text of GitHub's Markdown, also in a table's cell: nothing in it is markup, a link, a mention or a formula.
 * `names` that stand in it become inline code.
 */
export function prose(text: string, names: readonly string[] = []): string {
  const known = names
    .filter((name) => name !== '')
    .map(printable)
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  if (known.length === 0) return escaped(text);
  return printable(text)
    .split(new RegExp(`(${known.join('|')})`, 'u'))
    .map((part, place) => (place % 2 === 1 ? code(part) : escaped(part)))
    .join('');
}

/** Lines as a block of code, whatever stands in them. */
export function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines.map((line) => `${line}\n`).join('')}${fence}\n`;
}

function escaped(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_[\]<>&|~$]/g, String.raw`\$&`)
    .replaceAll(/@|#|:(?=\/\/)|www(?=\.)/gi, '$&&#8203;'); // a space without width: neither mention nor link begins there
}
