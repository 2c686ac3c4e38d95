/** What a statement that a finding offers does beside its cure: locks, rewrites, rights. Each with the words that begin it. */
const cautions: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [
    /^alter table (.+) alter column .+ type \w+;$/,
    (table, size) =>
      `rewrites ${table} and its indexes${size}: nobody reads or writes it until that is done (ACCESS EXCLUSIVE)`,
  ],
  [
    /^alter table (.+) alter column .+ add generated .+ as identity/,
    (table) =>
      `locks ${table} for a moment (ACCESS EXCLUSIVE) and rewrites nothing; rows that are there keep their ids`,
  ],
  [
    /^alter table (.+) alter column .+ set default /,
    (table) =>
      `locks ${table} for a moment (ACCESS EXCLUSIVE) and rewrites nothing; rows that are there keep what they have`,
  ],
  [
    /^alter table (.+) alter constraint .+ deferrable;$/,
    (table) =>
      `locks ${table} for a moment (ACCESS EXCLUSIVE); from then on whoever writes may put the check off to the end of a transaction`,
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
  [
    /^grant (.*\b(?:insert|update|truncate)\b.*) on (.+) to (.+);$/,
    (what, place, role) => `lets ${role} ${what} in ${place}`,
  ],
  [
    /^grant usage on schema .+ to (.+);$/,
    (role) => `lets ${role} reach what is in this schema and open to it: also functions that PUBLIC may execute`,
  ],
  [/^grant (?:select|usage)\b.* to (.+);$/, (role) => `lets ${role} see this, and change nothing`],
  [
    /^grant create on database .+ to (.+);$/,
    (role) => `lets ${role} make schemas there: the first guard makes one, pgseq`,
  ],
  [
    /^grant create on schema (?!"?pgseq"? ).+ to (.+);$/,
    (role) => `lets ${role} make objects in this schema, also such as others find there when they name no schema`,
  ],
  [
    /^grant create on schema .+ to .+;$/,
    () =>
      'whoever may create in this schema can act with the rights of every guard; a superuser who installs needs no grant',
  ],
  [/^grant connect on database .+ to (.+);$/, (role) => `lets ${role} in, with what it and PUBLIC may do there`],
  [/^grant (\S+) to (.+);$/, (group, role) => `lets ${role} do all that ${group} may`],
  [
    /^revoke create on schema .+ from (.+);$/,
    (role) => `takes from ${role} the right to make objects there, and nothing that it has made`,
  ],
];

/** SQL with a comment above each statement that locks, rewrites or opens something. `size`: of the tables, where it is known. */
export function cautioned(fix: string, size: (table: string) => string | null): string {
  const lines = fix.split('\n');
  return lines
    .flatMap((line, i) => {
      const said = words(line, size);
      // What follows of the same kind is under the same words; and what has them is not told twice
      const before = lines[i - 1] ?? '';
      const isSaid = before === `-- ${said}` || (line.startsWith('grant ') && said === words(before, size));
      return said === null || isSaid ? [line] : [`-- ${said}`, line];
    })
    .join('\n');
}

/** The same for lines of a hint, where no size is known; a line that is no statement stays as it is. */
export function cautionedLines(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : cautioned(lines.join('\n'), () => null).split('\n');
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
