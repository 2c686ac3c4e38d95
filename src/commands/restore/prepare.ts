import type { Readable } from 'node:stream';
import { type PositionsBefore, snapshotPositions, nothingYet } from '../../core/around-a-load.ts';
import type { DumpRelation } from '../../dump/contents.ts';
import { type Filled, lookInto } from '../../dump/filled.ts';
import type { InspectOptions } from '../../core/model/options.ts';
import { cautionedLines } from '../../core/model/caution.ts';
import { readPacked } from '../../pg/archive/bytes.ts';
import type { Archive } from '../../pg/archive/recognize.ts';
import { childEnvironment, type ConnectionSettings } from '../../pg/conninfo/index.ts';
import { restricted } from './restricted.ts';
import { quoteIdentifier } from '../../pg/identifier.ts';
import type { Program } from '../../pg/programs.ts';
import { type QueryOptions, occupied } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { errorCode } from '../../pg/sqlstate.ts';
import type { Context, Raw } from '../command.ts';
import { tellLacked } from '../result/lacked-rights.ts';
import { type OpenConnection, withConnection } from '../request/connection.ts';
import { clientFor } from './client.ts';
import type { ToldClient } from './client-options.ts';
import type { RestoreLoad } from './load.ts';
import { type Plan, planRestore, type RestoreTarget } from './plan.ts';
import { refuseCommands, refuseCut, refuseElsewhere, refuseOccupied } from './refusals.ts';
import { isOption, readRest } from './rest.ts';

/** Everything that a restore needs, found out before anything is touched. */
export interface Job extends Pick<Plan, 'tables' | 'entries' | 'warnings'> {
  readonly loading: RestoreLoad;
  readonly program: Program;
  readonly before: PositionsBefore;
  /** What the tables held whose rows will come. */
  readonly held: ReadonlyMap<string, Filled>;
  /** The database whose sequences are brought in step. */
  readonly goal: ConnectionSettings;
}

/** What was asked for. */
export interface Wish {
  readonly archive: Archive;
  readonly told: ToldClient;
  /** What stood behind `--`. */
  readonly rest: readonly string[];
  readonly raw: Raw;
  readonly looking: InspectOptions;
}

/** Looks at the target and at the archive. Throws a Problem for what must not, or cannot, be restored there. */
export async function prepare({ db, target }: OpenConnection, wish: Wish, context: Context): Promise<Job> {
  const { archive, told, rest, raw, looking } = wish;
  const reached = await snapshotPositions(db, { ...looking, onCaution: (caution) => context.note(caution) });
  const server = Math.floor((reached.serverVersion ?? 0) / 10_000);
  const program = await clientFor(archive, server, raw, context);
  if (program.major < server)
    context.note(
      `the server runs PostgreSQL ${server} but ${program.path} is ${program.version}, which may not support everything in the dump`,
    );
  if (raw['create'] !== true) {
    const there = await surroundings(db, target, reached, wish);
    const plan = await planRestore(archive, program, [...told.pgRestore, ...rest], there, context);
    refuseCut(archive, plan.cut);
    refuseElsewhere(archive, plan.script, target);
    if (raw['restrict'] === true) refuseCommands(archive, plan.script);
    const held = await lookInto(db, queryOptions(looking), plan.tables);
    // What --clean drops is made anew, by this role: schemas as well
    if (!cleans(wish)) {
      tellLacked(reached, context);
      tellClosed(plan.makesIn, there.closed, context);
    }
    return { ...plan, program, before: reached, held, goal: target, loading: loading(wish, program, target, plan) };
  }
  // The archive names the database. It may be there: with --clean it is dropped first
  const nowhere = { sequences: [], roots: [] };
  const plan = await planRestore(archive, program, [...told.pgRestore, ...rest], nowhere, context);
  const goal = plan.database === null ? target : { ...target, database: plan.database };
  const [before, held] = await withConnection(goal, { jobs: 1 }, context, async (opened) => {
    const found = await snapshotPositions(opened.db, looking);
    await surroundings(opened.db, goal, found, wish);
    return [found, await lookInto(opened.db, queryOptions(looking), plan.tables)] as const;
  }).catch((error: unknown) => {
    if (errorCode(error) !== '3D000') throw error;
    return [nothingYet, new Map<string, Filled>()] as const;
  });
  return { ...plan, program, before, held, goal, loading: loading({ ...wish, rest }, program, target, plan) };
}

/** How the tables are asked what they hold. */
export function queryOptions({ role, signal }: InspectOptions): QueryOptions {
  return { role, statementTimeout: 30_000, lockTimeout: 2000, signal };
}

/** What the target has already; refused where that is in the way. */
async function surroundings(
  db: Queryable,
  { database }: ConnectionSettings,
  { sequences }: PositionsBefore,
  { archive, raw, rest, looking }: Wish,
): Promise<RestoreTarget & { readonly closed: ReadonlyMap<string, string> }> {
  const found = await occupied(db, {
    role: looking.role,
    statementTimeout: 0,
    lockTimeout: 2000,
    signal: looking.signal,
  });
  refuseOccupied(database, found, {
    clean: cleans({ archive, raw, rest }),
    intoExisting: raw['intoExisting'] === true,
  });
  const relation = (schema: string | null, name: string | null): DumpRelation => ({
    schema: schema ?? '',
    name: name ?? '',
  });
  const roots = found
    .filter(({ kind }) => kind === 'partition')
    .map(({ schema, name, rootSchema, rootName }) => ({
      partition: relation(schema, name),
      root: relation(rootSchema, rootName),
    }));
  const closed = new Map(
    found.filter(({ kind }) => kind === 'closed').map(({ schema, name }) => [schema ?? '', name ?? ''] as const),
  );
  return { sequences, roots, closed };
}

/** Notes where nothing can be made that the archive makes. `closed`: by the name of a schema, the role that may not create in it. */
function tellClosed(makesIn: readonly string[], closed: ReadonlyMap<string, string>, context: Context): void {
  const lines = makesIn.flatMap((schema) => {
    const role = closed.get(schema);
    return role === undefined ? [] : [`grant create on schema ${quoteIdentifier(schema)} to ${quoteIdentifier(role)};`];
  });
  if (lines.length > 0)
    context.note([
      'these privileges are missing; without them, no table or sequence can be created there:',
      ...cautionedLines(lines).map((line) => `  ${line}`),
    ]);
}

/** Whether what is restored is dropped first. psql's -c is a command. */
function cleans({ archive, raw, rest }: Pick<Wish, 'archive' | 'raw' | 'rest'>): boolean {
  return (
    raw['clean'] === true ||
    (archive.kind !== 'script' && readRest(rest, 'pg_restore').some((word) => isOption(word, 'c', 'clean')))
  );
}

/** How the program is called. The password is in its environment only; the rest of the target too, but for pg_restore's database. */
function loading(
  { archive, told, rest, raw, looking: { role } }: Wish,
  { path }: Program,
  target: ConnectionSettings,
  { tables, script }: Plan,
): RestoreLoad {
  const env = childEnvironment(target);
  const stream = (onRead: (bytes: number) => void): Readable => readPacked(archive, onRead);
  const isRestricted = archive.kind === 'script' && raw['restrict'] === true;
  const input = {
    stream: isRestricted ? (onRead: (bytes: number) => void) => restricted(stream(onRead), script.passed) : stream,
    size: archive.size,
  };
  if (archive.kind === 'script') {
    const setRole = role === undefined ? [] : [`--command=set role ${quoteIdentifier(role)}`];
    const args = ['--no-psqlrc', '--quiet', '--no-password', ...told.psql, ...rest, ...setRole, '--file=-'];
    return { program: 'psql', path, args, env, input, tables: tables.length };
  }
  const database = target.database.replaceAll(/[\\']/g, String.raw`\$&`); // a name alone may look like a connection string
  const setRole = role === undefined ? [] : [`--role=${role}`];
  const args = ['--verbose', '--no-password', `--dbname=dbname='${database}'`, ...setRole, ...told.pgRestore, ...rest];
  const common = {
    program: 'pg_restore',
    path,
    env,
    tables: tables.length,
    isVerbose: raw['verbose'] === true,
  } as const;
  return archive.compression === null
    ? { ...common, args: [...args, '--', archive.path], input: null }
    : { ...common, args, input };
}
