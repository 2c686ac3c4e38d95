/** What a statement that a finding offers does beside its cure: locks, rewrites, rights. Each with the words that begin it. */
const cautions: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [
    /^alter table (.+) alter column .+ type \w+;$/,
    (table, size) =>
      `rewrites ${table} and its indexes${size}: blocks all reads and writes until done (ACCESS EXCLUSIVE)`,
  ],
  [
    /^alter table (.+) alter column .+ add generated .+ as identity/,
    (table) => `locks ${table} for a moment (ACCESS EXCLUSIVE) and rewrites nothing; existing rows keep their ids`,
  ],
  [
    /^alter table (.+) alter column .+ set default /,
    (table) => `locks ${table} for a moment (ACCESS EXCLUSIVE) and rewrites nothing; existing rows keep their values`,
  ],
  [
    /^alter table (.+) alter constraint .+ deferrable;$/,
    (table) =>
      `locks ${table} for a moment (ACCESS EXCLUSIVE); from then on, any writer may defer the check to the end of a transaction`,
  ],
  [/^alter sequence .+ restart/, () => 'hands out earlier values again: only safe if nothing uses them any more'],
  [
    /^alter sequence .+ owned by /,
    () => 'from then on, dropping the column or table drops the sequence too; takes a short lock on both',
  ],
  [/^alter sequence /, () => 'rewrites no table; inserts that use it wait until this transaction ends'],
  [
    /^grant usage, select on (?:sequence|all sequences) .* to (.+);$/,
    (role) => `lets ${role} read its value and move it forward; moving it back would take UPDATE`,
  ],
  [
    /^grant (.*\b(?:insert|update|truncate)\b.*) on (.+) to (.+);$/,
    (what, place, role) => `lets ${role} ${what} in ${place}`,
  ],
  [
    /^grant usage on schema .+ to (.+);$/,
    (role) =>
      `lets ${role} use objects in this schema that are open to it, including functions that PUBLIC may execute`,
  ],
  [/^grant (?:select|usage)\b.* to (.+);$/, (role) => `lets ${role} read this, and change nothing`],
  [
    /^grant create on database .+ to (.+);$/,
    (role) => `lets ${role} add schemas there: the first guard adds one, pgseq`,
  ],
  [
    /^grant create on schema (?!"?pgseq"? ).+ to (.+);$/,
    (role) => `lets ${role} create objects in this schema, which others may find there when they name no schema`,
  ],
  [
    /^grant create on schema .+ to .+;$/,
    () =>
      'a role that can create objects in this schema can act with the rights of every guard; a superuser can install without this grant',
  ],
  [
    /^grant connect on database .+ to (.+);$/,
    (role) => `lets ${role} connect, with the rights that it and PUBLIC have there`,
  ],
  [/^grant (\S+) to (.+);$/, (group, role) => `lets ${role} do everything that ${group} may do`],
  [
    /^revoke create on schema .+ from (.+);$/,
    (role) => `${role} can no longer create objects there; what it has created stays`,
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
