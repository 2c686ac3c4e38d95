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
  [/^grant (?:select|usage)\b.* to (.+);$/, (role) => `lets ${role} see this, and change nothing`],
];

/** SQL with a comment above each statement that locks, rewrites or opens something. `size`: of the tables, where it is known. */
export function cautioned(fix: string, size: (table: string) => string | null): string {
  return fix
    .split('\n')
    .flatMap((line, i, all) => {
      // What follows of the same kind is under the same words
      if (line.startsWith('grant ') && all[i - 1]?.startsWith('grant ') === true) return [line];
      for (const [pattern, says] of cautions) {
        const found = pattern.exec(line)?.slice(1);
        if (found === undefined) continue;
        const large = size(found[0] ?? '');
        return [`-- ${says(...found, large === null ? '' : ` (${large})`)}`, line];
      }
      return [line];
    })
    .join('\n');
}
