/**
 * What a name or a message of somebody else's must not do to whoever reads it: control characters steer a terminal, line breaks begin
 * lines of their own, marks reorder what stands around them, and what has no width hides. Also what is no character at all.
 */
const unprintable = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFFE\uFFFF]`;

/** The mark of a command of the runners of Azure, GitHub and TeamCity, which obey it anywhere in a line: `##vso[`, `##[`, `##teamcity[`. */
const command = String.raw`#(?=#[\w.]*\[)`;

const harmful = new RegExp(`${unprintable}|${command}`, 'gu');
const harmfulOnce = new RegExp(harmful.source, 'u');

/** GitHub's runner takes a line for a command that begins so, behind blanks. */
const commandLine = /^(\s*):(?=:)/u;

/** Whether a text has anything that must not be shown as it is. */
export function isHarmful(text: string): boolean {
  return harmfulOnce.test(text);
}

/** A text in which `escape` has replaced each character that must not be shown as it is, given by its number. */
export function withoutHarm(text: string, escape: (code: number) => string): string {
  return text.replaceAll(harmful, (character) => escape(character.codePointAt(0) ?? 0));
}

/** A number in hexadecimal digits, as many as escapes have. */
export function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A character as people read that it is there; half a pair may stand for a byte, see stray-bytes. A tab is only a blank. */
export function escapeOf(code: number): string {
  if (code >= 0xdc_80 && code <= 0xdc_ff) return `\\x${hex(code - 0xdc_00, 2)}`;
  if (code === 9) return '\t';
  return code > 0xff_ff ? `\\u{${hex(code, 4)}}` : `\\u${hex(code, 4)}`;
}

/**
 * One line for a terminal, a log or a report: what must not be shown as it is becomes a visible escape, a line break too. Text of
 * several lines is put together from lines that went through here, never split afterwards: a name may hold a line break.
 */
export function printable(text: string): string {
  return withoutHarm(text, (code) => {
    const known = { 10: '\\n', 13: '\\r' }[code];
    return known ?? escapeOf(code);
  }).replace(commandLine, String.raw`$1\u003a`);
}

/** What an error says, and below it what it advises: both are printable already, so that they may be taken apart. */
export function withHint(message: string, hint: string | null | undefined): string[] {
  return [...message.split('\n'), ...(hint?.split('\n').map((line) => `  ${line}`) ?? [])];
}

/** Lines, or one, as a text: each printable. */
export function printableLines(lines: string | readonly string[]): string {
  return (typeof lines === 'string' ? [lines] : lines).map(printable).join('\n');
}
