import { checkScript } from '../../../src/core/psql/check.ts';
import { fixStatements } from '../../../src/core/psql/fix.ts';
import type { StatesOptions } from '../../../src/core/psql/states.ts';
import type { Situation } from '../../situation/folder.ts';
import type { Database } from '../../support/database.ts';

/** A line for each sequence: what both must say. */
export type Said = Readonly<Record<string, string | null>>;

const told = ['state', 'reason', 'next', 'furthest', 'collision', 'after', 'target', 'behind_by', 'remaining'] as const;

/** What the script says, run by PostgreSQL alone, as the role that the situation names. */
export async function bySql(db: Database, options: StatesOptions, role?: string): Promise<Map<string, Said>> {
  const client = await db.connect();
  if (role !== undefined) await client.query(`set role ${role}`);
  const results = (await client.query({
    text: checkScript(options),
    types: { getTypeParser: () => (value: string) => value },
  })) as unknown as readonly { readonly command: string; readonly rows: readonly Said[] }[];
  const rows = results.find(({ command }) => command === 'SELECT')?.rows ?? [];
  await client.end();
  return new Map(
    rows.map((row) => [row['sequence'] as string, Object.fromEntries(told.map((name) => [name, row[name] ?? null]))]),
  );
}

/** Runs the script that fixes, statement by statement; the error that it ends with, or null. */
export async function fixBySql(db: Database, options: StatesOptions, role?: string): Promise<string | null> {
  const client = await db.connect();
  if (role !== undefined) await client.query(`set role ${role}`);
  try {
    for (const statement of fixStatements({ ...options, wait: 1000 })) await client.query(statement);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

interface Reported {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly next: string | null;
  readonly furthest: string | null;
  readonly collision: { readonly value: string; readonly after: string } | null;
  readonly target: string | null;
  readonly behindBy: string | null;
  readonly remaining: string | null;
}

/** What a report of `pgseq check` says, in the same words. */
export function saidBy(output: string): Map<string, Said> {
  const { sequences } = JSON.parse(output) as { sequences: Reported[] };
  return new Map(
    sequences.map(({ name, state, reason, next, furthest, collision, target, behindBy, remaining }) => [
      name,
      {
        state,
        reason,
        next,
        furthest,
        collision: collision?.value ?? null,
        after: collision?.after ?? null,
        // Where a few lone ids ask for a long way, both say so, and neither goes there
        target,
        behind_by: behindBy,
        remaining,
      },
    ]),
  );
}

/** The options of a situation, as a script takes them. */
export function optionsOf({ options }: Situation): { readonly states: StatesOptions; readonly role?: string } {
  const values = (name: string): string[] => options.flatMap((option, i) => (options[i - 1] === name ? [option] : []));
  const [maxJump] = values('--max-jump');
  const [role] = values('--role');
  return {
    states: {
      links: values('--link'),
      trustOwners: options.includes('--trust-owners'),
      ...(maxJump === undefined ? {} : { maxJump: Number.parseFloat(maxJump) }),
    },
    ...(role === undefined ? {} : { role }),
  };
}
