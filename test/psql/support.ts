import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { checkScript } from '../../src/psql/check.ts';
import { fixScript, fixStatements } from '../../src/psql/fix.ts';
import type { StatesOptions } from '../../src/psql/options.ts';
import type { Situation } from '../laws/folder.ts';
import { clientsFor } from '../support/clients.ts';
import type { Database } from '../support/database.ts';

/** A line for each sequence: what both must say. */
export type Said = Readonly<Record<string, string | null>>;

const told = ['state', 'reason', 'next', 'furthest', 'collision', 'after', 'target', 'behind_by', 'remaining'] as const;

/** What the script says, run by PostgreSQL alone, as the role that the situation names: through a pipe into psql where there is one, unless `psql` is null. */
export async function bySql(
  db: Database,
  options: StatesOptions,
  role?: string,
  psql: string | null = psqlFor(db),
): Promise<Map<string, Said>> {
  const rows = await (psql === null
    ? byDriver(db, checkScript(options), role)
    : byPsql(psql, db, checkScript(options), role));
  return new Map(
    rows.map((row) => [row['sequence'] as string, Object.fromEntries(told.map((name) => [name, row[name] ?? null]))]),
  );
}

/** Runs the script that fixes, which waits for others as long as a test may take; the error that it ends with, or null. */
export async function fixBySql(
  db: Database,
  { wait = 120_000, ...options }: StatesOptions & { readonly wait?: number },
  role?: string,
  psql: string | null = psqlFor(db),
): Promise<string | null> {
  if (psql !== null) {
    const { code, stderr } = await piped(psql, db, fixScript({ ...options, wait }), role);
    const error = /^ERROR: {2}(.*)$/m.exec(stderr)?.[1] ?? null;
    assert.equal(code, error === null ? 0 : 3, stderr);
    return error;
  }
  const client = await db.connect();
  if (role !== undefined) await client.query(`set role ${role}`);
  try {
    for (const statement of fixStatements({ ...options, wait })) await client.query(statement);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

/** The psql of this major or the next newer one, so that a run on all servers has all of them; null where none is installed. */
export function psqlFor({ server }: Database): string | null {
  const clients = clientsFor(server.major);
  return clients === undefined ? null : join(clients.binDir, 'psql');
}

async function byDriver(db: Database, script: string, role: string | undefined): Promise<readonly Said[]> {
  const client = await db.connect();
  if (role !== undefined) await client.query(`set role ${role}`);
  const results = (await client.query({
    text: script,
    types: { getTypeParser: () => (value: string) => value },
  })) as unknown as readonly { readonly command: string; readonly rows: readonly Said[] }[];
  await client.end();
  return results.find(({ command }) => command === 'SELECT')?.rows ?? [];
}

async function byPsql(psql: string, db: Database, script: string, role: string | undefined): Promise<readonly Said[]> {
  const { code, stdout, stderr } = await piped(psql, db, script, role);
  if (code !== 0) throw new Error(stderr);
  return parse<Readonly<Record<string, string>>>(stdout, { columns: true, relaxColumnCount: true }).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])),
  );
}

interface Piped {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `pgseq sql … | kubectl exec -i … -- psql` comes to. */
async function piped(psql: string, { url }: Database, script: string, role: string | undefined): Promise<Piped> {
  const child = spawn(psql, ['-qX', '--csv', '-v', 'ON_ERROR_STOP=1', url]);
  child.stdin.end(`${role === undefined ? '' : `set role ${role};\n`}${script}`);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
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
