import { quoteIdentifier } from '../../pg/identifier.ts';
import { offered, type Offering } from '../../pg/offering.ts';
import { printable } from '../../text/printable.ts';
import { Problem } from '../../problem.ts';
import { type QueryOptions, facts } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { cautionedLines } from '../model/caution.ts';
import { shellWord } from '../../pg/shell.ts';
import { errorCode, errorMessage } from '../../pg/sqlstate.ts';
import type { DatabaseReport } from '../model/report.ts';

/** What pgseq is connected to. */
export interface Server {
  /** As PostgreSQL prints it, without the packager's words: 15.18. */
  readonly version: string;
  /** 150018. */
  readonly versionNumber: number;
  readonly database: string;
  readonly role: string;
  readonly superuser: boolean;
  readonly standby: boolean;
  /** default_transaction_read_only: somebody decided that sessions here do not write. */
  readonly readOnly: boolean;
  /** Locks that one transaction of pgseq may hold. */
  readonly lockBudget: number;
  /** The schemas that the session's own search_path comes to. */
  readonly searchPath: readonly string[];
  /** The catalogs of Citus are there. */
  readonly citus: boolean;
  /** The schema pgseq is there: there may be guards. */
  readonly guarded: boolean;
}

const oldest = 130000;
const newestTested = 19;

/** Databases that speak PostgreSQL's protocol and whose sequences are something else. */
const lookalikes = /CockroachDB|Redshift|YB-|Yugabyte|Materialize|QuestDB|CrateDB|RisingWave|Greenplum/i;

/** Asks what this session is connected to. Throws a Problem for what pgseq does not work with. */
export async function askServer(db: Queryable, queryOptions: QueryOptions): Promise<Server> {
  const found = await facts(db, queryOptions).catch(async (cause: unknown) => {
    throw await roleProblem(db, queryOptions, cause);
  });
  const versionNumber = Number(found.serverVersionNumber);
  const version = (found.serverVersion ?? '').split(' ')[0] ?? '';
  const lookalike = lookalikes.exec(found.version ?? '');
  if (lookalike !== null) throw new Problem(`this is ${lookalike[0]}, not PostgreSQL: its sequences work differently`);
  if (versionNumber < oldest) throw new Problem(`PostgreSQL ${version} is too old: pgseq needs 13 or newer`);
  return {
    version,
    versionNumber,
    database: found.database ?? '',
    role: found.role ?? '',
    superuser: found.superuser === 't',
    standby: found.standby === 't',
    readOnly: found.readOnly === 'on',
    // A sixteenth of what all sessions together can lock, and never more than a few hundred relations with their indexes
    lockBudget: Math.max(20, Math.min(400, Math.floor(Number(found.lockTable) / 16))),
    searchPath: JSON.parse(found.searchPath ?? '[]') as string[],
    citus: found.citus === 't',
    guarded: found.guarded === 't',
  };
}

/** The error of the first statements, explained where SET ROLE was what failed: 22023 there is no such role, 42501 not a member. */
async function roleProblem(db: Queryable, { role, signal, offering }: QueryOptions, cause: unknown): Promise<unknown> {
  const code = errorCode(cause);
  if (role === undefined || (code !== '22023' && code !== '42501')) return cause;
  const message = `--role ${role}: ${errorMessage(cause)}`;
  if (code === '22023')
    return new Problem(message, {
      hint: `${offered(offering, `sql role --name ${shellWord(role)}`)} prints the SQL that makes one`,
      code,
      cause,
    });
  const [row] = await db.transaction(['select session_user'], { mode: 'read only', signal });
  return new Problem(message, {
    hint: cautionedLines([`grant ${quoteIdentifier(role)} to ${quoteIdentifier(row?.[0] ?? '')};`]),
    code,
    cause,
  });
}

/** What to say, on standard error, about how pgseq is connected. */
export function cautions(server: Server, offering: Offering | undefined): string[] {
  const newer = Math.floor(server.versionNumber / 10000) > newestTested;
  return [
    ...(newer
      ? [
          `PostgreSQL ${server.version} is newer than the versions that this pgseq was tested with (up to ${newestTested})`,
        ]
      : []),
    ...(server.superuser
      ? [`connected as superuser ${server.role}; a smaller role is enough (\`${offered(offering, 'sql role')}\`)`]
      : []),
  ].map(printable);
}

/** What the report says of the database. */
export function databaseReport(server: Server, where: { host: string | null; port: number | null }): DatabaseReport {
  return {
    host: where.host,
    port: where.port,
    name: server.database,
    user: server.role,
    serverVersion: server.version,
    standby: server.standby,
  };
}
