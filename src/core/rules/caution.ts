/** What a statement that a finding offers does beside its cure: locks, rewrites, rights. Each with the words that begin it. */
const cautions: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [
    /^alter table (.+) alter column .+ type \w+;$/,
    (table, size) =>
      `rewrites ${table} and its indexes${size}: nobody reads or writes it until that is done (ACCESS EXCLUSIVE)`,
  ],
  [
    /^alter sequence .+ restart/,
    () => 'hands values out again that were handed out before: only where nothing holds them any more',
  ],
  [
    /^alter sequence .+ owned by /,
    () => 'from then on the sequence is dropped with its column or table; takes a short lock on both',
  ],
  [/^alter sequence /, () => 'rewrites no table; inserts that draw from it wait for this transaction to end'],
  [
    /^grant usage, select on (?:sequence|all sequences) .* to (.+);$/,
    (role) => `lets ${role} see where it stands, and move it forward; setting it back takes UPDATE`,
  ],
  [/^grant (?:select|usage)\b.* to (.+);$/, (role) => `lets ${role} see this, and change nothing`],
];

/** SQL with a comment above each statement that locks, rewrites or opens something. `size`: of the tables, where it is known. */
export function cautioned(fix: string, size: (table: string) => string | null): string {
  const lines = fix.split('\n');
  return lines
    .flatMap((line, i) => {
      const said = words(line, size);
      // What follows of the same kind is under the same words
      const isSaid = line.startsWith('grant ') && said === words(lines[i - 1] ?? '', size);
      return said === null || isSaid ? [line] : [`-- ${said}`, line];
    })
    .join('\n');
}

/** What a line does beside; null for nothing that is known. */
function words(line: string, size: (table: string) => string | null): string | null {
  for (const [pattern, says] of cautions) {
    const found = pattern.exec(line)?.slice(1);
    if (found === undefined) continue;
    const large = size(found[0] ?? '');
    return says(...found, large === null ? '' : ` (${large})`);
  }
  return null;
}
