/** Columns of an ordinary terminal. */
const width = 100;

/** Breaks long lines of SQL at spaces, so that they don't break where a terminal pleases; what follows is indented. */
export function folded(sql: string): string {
  return sql.replaceAll(/^.+$/gm, (line) => {
    if (line.length <= width) return line;
    const lines = [''];
    for (const word of line.split(' ')) {
      const last = lines.at(-1) ?? '';
      if (last.length + 1 + word.length > width) lines.push(`  ${word}`);
      else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
    return lines.join('\n');
  });
}
