import type { Asking } from '../pg/query/queries.ts';
import { Problem } from '../problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import { manners } from '../pg/query/session-settings.ts';
import type { Trust } from '../pg/query/relation-check.ts';
import { type Grants, grantsFor, type Purpose } from './model/grants.ts';
import { judge } from './model/judge.ts';
import { type GivenLink, readLink } from './model/links.ts';
import { measure } from './measure/measure.ts';
import type { SurveyedSequence } from './model/surveyed.ts';
import type { LookOptions } from './model/options.ts';
import type { Looked } from './model/assessed.ts';
import { outliers } from './measure/outliers.ts';
import type { Reading } from './measure/batches.ts';
import { refuseRaw } from '../pg/raw-client.ts';
import { NothingMatches, type Scope, scope } from './survey/scope.ts';
import { askServer, type Server } from './survey/server.ts';
import { survey, type SurveyOptions } from './survey/survey.ts';
import { type Looking, unfedOf } from './findings/unfed-keys.ts';

/** A database under the magnifying glass: what is in scope, and how to look at it again. */
export interface Glass extends Looking {
  readonly scope: Scope;
  /** What the role lacks, for looking and for moving. */
  readonly grants: Readonly<Record<Purpose, Grants>>;
  /** Whose code may run while tables are read. */
  readonly trust: Trust;
  /** Measures and judges sequences of the scope; `margin`: ids to leave free beyond the furthest. */
  look(sequences: readonly SurveyedSequence[], margin: bigint, phase: 'measure' | 'verify'): Promise<Looked[]>;
  /** Looks at some sequences, by their oids, as if these links had been given. Filters do not count: the caller has chosen already. */
  lookAsLinked(links: readonly string[], oids: readonly string[]): Promise<Looked[]>;
}

/** With fewer sequences than this, opening another connection takes longer than what it saves. */
const worthMoreSessions = 150;

/**
 * Surveys the database and chooses what is in scope; with `only`, the sequences that have these oids are all there is. Throws a
 * Problem for links and patterns that name nothing.
 */
export async function focus(first: Queryable, options: LookOptions, only?: readonly string[]): Promise<Glass> {
  refuseRaw(first);
  const links = (options.links ?? []).map((link) => readLink(link));
  const asking: Asking = {
    role: options.role,
    statementTimeout: options.statementTimeout ?? 30_000,
    lockTimeout: options.readLockTimeout ?? 2000,
    signal: options.signal,
    offering: options.offering,
  };
  // The limit for one measurement is not meant for questions to the catalogs: a large one takes seconds to survey
  const patient = { ...asking, statementTimeout: 0 };
  const server = await askServer(first, patient);
  options.onProgress?.({ phase: 'survey', done: 0, total: 0 });
  const surveying = await surveyOptions(first, patient, options, links, server);
  const all = await survey(first, patient, surveying, only);
  const found = await scopeOf({ all, server, asking, patient, sessions: [first] }, options);
  const isMuch = found.sequences.length >= worthMoreSessions;
  const sessions = [first, ...(isMuch ? ((await options.moreSessions?.()) ?? []) : [])];
  const trust = { trustOwners: surveying.trustOwners, readForeign: surveying.readForeign };
  return {
    server,
    all,
    scope: found,
    asking,
    patient,
    sessions,
    grants: {
      look: grantsFor(server.role, 'look', found.sequences, only === undefined ? all : null),
      move: grantsFor(server.role, 'move', found.sequences, only === undefined ? all : null),
    },
    trust,
    async lookAsLinked(more, oids) {
      const { role, signal, offering, statementTimeout, readLockTimeout, trustOwners, readForeign, maxJump } = options;
      const how = { role, signal, offering, statementTimeout, readLockTimeout, trustOwners, readForeign, maxJump };
      const linked = await focus(first, { ...how, links: [...(options.links ?? []), ...more] }, oids);
      return await linked.look(linked.scope.sequences, 0n, 'measure');
    },
    async look(sequences, margin, phase) {
      const reading: Reading = {
        sessions,
        asking,
        lockBudget: server.lockBudget,
        serverVersion: server.versionNumber,
        ownPath: server.searchPath,
        trust,
        onProgress: (done, total) => options.onProgress?.({ phase, done, total }),
      };
      const surveyAgain = (oids: readonly string[]): Promise<SurveyedSequence[]> =>
        survey(first, patient, surveying, oids);
      const measured = await measure(sequences, { ...reading, margin, surveyAgain });
      const judged = measured.map((one) => ({ ...one, judgement: judge(one.sequence, one.measurement) }));
      const held = await outliers(judged, options.maxJump ?? 50, reading);
      return judged.map((one) => {
        const lone = held.get(one.sequence.oid) ?? null;
        // What lone ids hold back gets no margin either
        const { sequence, measurement } = one;
        return lone === null && margin > 0n
          ? { ...one, judgement: judge(sequence, measurement, margin), outliers: null }
          : { ...one, outliers: lone };
      });
    },
  };
}

/** What is in scope. A table that a pattern names is no success where no sequence feeds it: it is said what is known of its key. */
async function scopeOf(looking: Looking, options: LookOptions): Promise<Scope> {
  try {
    return scope(looking.all, options, looking.server.searchPath);
  } catch (error) {
    if (!(error instanceof NothingMatches) || error.option !== '-t') throw error;
    const found = await unfedOf(error.pattern, looking, options);
    if (found.length === 0) throw error;
    const lines = found.slice(0, 3).flatMap(({ message, help, fix }) => [message, help, ...(fix?.split('\n') ?? [])]);
    if (found.length > 3) lines.push(`… and ${found.length - 3} more`);
    throw new Problem(error.message, { hint: lines, cause: error });
  }
}

async function surveyOptions(
  db: Queryable,
  asking: Asking,
  options: LookOptions,
  links: readonly GivenLink[],
  server: Server,
): Promise<SurveyOptions> {
  return {
    searchPath: server.searchPath,
    links,
    readForeign: options.readForeign ?? false,
    trustOwners: options.trustOwners ?? false,
    distributed: server.citus ? await distributedTables(db, asking) : new Set(),
  };
}

/** The tables that Citus spreads over nodes, each of which hands out ids from a range of its own. */
async function distributedTables(db: Queryable, asking: Asking): Promise<Set<string>> {
  const sql = 'select logicalrelid::pg_catalog.oid from pg_catalog.pg_dist_partition';
  const rows = await db.transaction([...manners(asking), sql], { mode: 'read only', signal: asking.signal });
  return new Set(rows.map(([oid]) => oid ?? ''));
}
