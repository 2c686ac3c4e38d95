/** A URL with a password before its host or among its parameters; a keyword/value string with one. */
const withPassword = [
  /^[a-z][a-z0-9+]*:\/\/[^\s/?#@]*:[^\s@]+@/i,
  /^[\w.-]+:(?!\/\/)[^\s@]+@/,
  /^[a-z][a-z0-9+]*:\/\/\S*[?&](?:ssl)?password=[^\s&]/i,
  /^(?:\w+\s*=\s*(?:'(?:[^'\\]|\\.)*'|\S+)\s+)*(?:ssl)?password\s*=\s*\S/i,
];

/** Whether a password was typed into the command line, where ps showed it to everybody until the program could hide it. */
export function hasTypedPassword(argv: readonly string[]): boolean {
  const values = argv.map((word) => word.replace(/^--?[a-z-]+=/, ''));
  return values.some((value) => withPassword.some((form) => form.test(value)));
}
