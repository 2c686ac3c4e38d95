import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type Connection, connect } from '../../pg/connection/connect.ts';
import { type ConnectionSettings, connectionOf, readConninfo, saysWhere } from '../../pg/conninfo/index.ts';
import { plainFile } from './plain-file.ts';
import { Problem } from '../../problem.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { identity, pinned } from '../../pg/connection/same-server.ts';
import { session } from '../../pg/connection/session.ts';
import { errorMessage } from '../../pg/sqlstate.ts';
import type { Context, Raw } from '../command.ts';
import { textOption } from './settings.ts';

/** An open session, and the way to open more of the very same database. */
export interface OpenConnection {
  readonly db: Queryable;
  /** The host that answered, and no other: for whoever is to reach the same server. */
  readonly target: ConnectionSettings;
  /** As many more as `jobs` allows. */
  readonly more: () => Promise<Queryable[]>;
}

/** How to connect. */
export interface ConnectionOptions {
  /** Connections that the work may use. */
  readonly jobs: number;
  /** DATABASE_URL and POSTGRES_URL may say where. */
  readonly urlVariables: boolean;
}

/** Connects as the options say, lends the session to `work`, and closes whatever was opened, however that ends. */
export async function withSession<Result>(
  raw: Raw,
  argument: string | undefined,
  opening: ConnectionOptions,
  context: Context,
  work: (opened: OpenConnection) => Promise<Result>,
): Promise<Result> {
  const settings = readConnection(raw, argument, opening, context);
  for (const note of settings.notes) context.note(note);
  const refused = opening.urlVariables ? refusal(raw, argument, context) : undefined;
  return await withConnection(settings, { jobs: opening.jobs, refused }, context, work);
}

/** What more there is to say about why there is no connection. */
export function refusal(raw: Raw, argument: string | undefined, context: Context): (error: unknown) => unknown {
  return (error) => withEnvFileHint(error, raw, argument, environment(raw, context), context);
}

/** How to connect, as the options say. */
export function readConnection(
  raw: Raw,
  argument: string | undefined,
  { urlVariables }: Pick<ConnectionOptions, 'urlVariables'>,
  context: Context,
): ConnectionSettings {
  const said = sources(raw, argument, environment(raw, context));
  const inFile = urlVariables && !isNamed(raw, argument) ? fileConnection(raw, context) : undefined;
  return readConninfo({ ...said, ...inFile, urlVariables });
}

/** The same for settings that were read before. `refused` may say more about why there is no connection. */
export async function withConnection<Result>(
  settings: ConnectionSettings,
  { jobs, refused }: { readonly jobs: number; readonly refused?: ((error: unknown) => unknown) | undefined },
  context: Context,
  work: (opened: OpenConnection) => Promise<Result>,
): Promise<Result> {
  const opened: Connection[] = [];
  const open = async (target: ConnectionSettings): Promise<Connection> => {
    const connection = await connect(target, { signal: context.signal, onNote: (note) => context.note(note) });
    opened.push(connection);
    return connection;
  };
  try {
    const first = await open(settings).catch((error: unknown) => {
      throw refused?.(error) ?? error;
    });
    const db = session(first);
    const target = pinned(settings, first);
    const more = async (): Promise<Queryable[]> => {
      // Behind a name or a pooler there may be several servers, so that they are the same is proved
      const others = Array.from({ length: jobs - 1 }, async () => {
        const other = session(await open(target));
        return { other, server: await identity(other, context.signal) };
      });
      const ends = await Promise.allSettled(others);
      const server = await identity(db, context.signal);
      const found = ends.flatMap((end) => {
        if (end.status === 'fulfilled') return [end.value];
        context.signal.throwIfAborted();
        context.note(`continuing with one connection fewer: ${errorMessage(end.reason)}`);
        return [];
      });
      if (found.some((one) => one.server !== server))
        throw new Problem('the connections of this run reached different servers', {
          hint: 'name one host, or use one connection: --jobs 1',
        });
      return found.map(({ other }) => other);
    };
    return await work({ db, target, more });
  } finally {
    await Promise.all(opened.map((connection) => connection.end()));
  }
}

/** Where --env-file says it in the words of a framework. Throws a Problem where it says nothing of a PostgreSQL. */
function fileConnection(raw: Raw, context: Context): { conninfo: string; conninfoName: string } | undefined {
  const file = textOption(raw, 'envFile');
  if (file === undefined) return undefined;
  const variables = readVariables(file, context);
  if (saysWhere(variables)) return undefined;
  const found = connectionOf(variables);
  if (found !== null) return { conninfo: found.conninfo, conninfoName: `${found.names.join(', ')} of ${file}` };
  const names = Object.keys(variables);
  const few = names.length > mostNames ? [...names.slice(0, mostNames), '…'] : names;
  throw new Problem(
    `--env-file ${file}: no PostgreSQL connection in it; it has ${few.length === 0 ? 'no variables' : few.join(', ')}`,
    {
      hint:
        'pgseq reads DATABASE_URL, POSTGRES_URL, PG*, POSTGRES_DB and the like of a compose file, DB_* beside DB_CONNECTION=pgsql or DB_ENGINE, ' +
        'SPRING_DATASOURCE_URL, SQLALCHEMY_DATABASE_URI',
    },
  );
}

const mostNames = 20;

/** The variables that count: those of --env-file win over those that are set. */
export function environment(raw: Raw, context: Context): Context['env'] {
  const file = textOption(raw, 'envFile');
  return file === undefined ? context.env : { ...context.env, ...readVariables(file, context) };
}

/** What was read in a run, which is known by its own variables: a pipe can be read once only. */
const readOnce = new WeakMap<Context['env'], Map<string, Context['env']>>();

function readVariables(file: string, { env, cwd }: Pick<Context, 'env' | 'cwd'>): Context['env'] {
  const path = resolve(cwd, file);
  const known = readOnce.get(env) ?? new Map<string, Context['env']>();
  readOnce.set(env, known);
  try {
    const variables = known.get(path) ?? parseEnv(plainFile(path));
    known.set(path, variables);
    return variables;
  } catch (cause) {
    throw new Problem(`--env-file ${file}: ${(cause as Error).message}`, { cause });
  }
}

function sources(raw: Raw, argument: string | undefined, env: Context['env']): Parameters<typeof readConninfo>[0] {
  const url = textOption(raw, 'url');
  if (url !== undefined && argument !== undefined)
    throw new Problem('the connection is given twice: as the argument and with --url');
  return { conninfo: argument ?? url, flags: connectionFlags(raw), env };
}

/** `-h`, `-p`, `-U` and `-d`. */
export function connectionFlags(raw: Raw): Parameters<typeof readConninfo>[0]['flags'] {
  const text = (name: string): string | undefined => textOption(raw, name);
  return { host: text('host'), port: text('port'), user: text('username'), dbname: text('dbname') };
}

/** Whether the command line itself says where to connect. */
export function isNamed(raw: Raw, argument: string | undefined): boolean {
  return (
    argument !== undefined || ['url', 'host', 'port', 'username', 'dbname'].some((name) => raw[name] !== undefined)
  );
}

/** Where nothing said what to connect to, but a .env file here would: say so. */
function withEnvFileHint(
  error: unknown,
  raw: Raw,
  argument: string | undefined,
  env: Context['env'],
  { cwd }: Context,
): unknown {
  const isSaid = isNamed(raw, argument) || raw['envFile'] !== undefined;
  const file = join(cwd, '.env');
  if (
    !(error instanceof Problem) ||
    isSaid ||
    Object.keys(env).some((name) => /^(DATABASE_URL|POSTGRES_URL|PGHOST|PGSERVICE|PGDATABASE)$/.test(name))
  )
    return error;
  if (!existsSync(file)) return error;
  const variables = readVariables(file, { env, cwd });
  const names = saysWhere(variables)
    ? Object.keys(variables).filter((name) => saysWhere({ [name]: variables[name] }))
    : connectionOf(variables)?.names;
  if (names === undefined) return error;
  const has = names.includes('DATABASE_URL') ? 'a DATABASE_URL' : names.join(', ');
  // What was tried instead, and how it ended, comes second
  const first = `no connection was named; the .env file here has ${has}: --env-file .env`;
  return new Problem([first, ...error.message.split('\n')], {
    code: error.code,
    hint: error.hint?.split('\n'),
    cause: error,
  });
}
