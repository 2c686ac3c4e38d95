import { type Asking, suggest } from '../pg/queries.ts';
import { Problem } from '../pg/problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import { manners } from '../pg/polite.ts';
import type { Trust } from '../pg/screen.ts';
import { withCautions } from './cautions.ts';
import type { Finding, Suggestion } from './finding.ts';
import { type Grants, grantsFor, type Purpose } from './grants.ts';
import { readGuards } from './guard/read.ts';
import { guardsOf } from './guard/state.ts';
import { judge } from './judge.ts';
import { type GivenLink, readLink } from './links.ts';
import { measure } from './measure.ts';
import type { SurveyedSequence } from './model.ts';
import { moveSql } from './move.ts';
import type { LookOptions } from './options.ts';
import type { Looked } from './looked.ts';
import { outliers } from './outliers.ts';
import type { Reading } from './pieces.ts';
import { refuseRaw } from './raw-client.ts';
import { findingsOf } from './rules/index.ts';
import { standby } from './rules/standby.ts';
import { NothingMatches, type Scope, scope } from './scope.ts';
import { askServer, type Server } from './server.ts';
import { survey, type SurveyOptions } from './survey.ts';
import { type Looking, unfedOf } from './unfed.ts';

/** A database under the magnifying glass: what is in scope, and how to look at it again. */
export interface Glass {
  readonly server: Server;
  /** Every sequence of the database. */
  readonly all: readonly SurveyedSequence[];
  readonly scope: Scope;
  /** For measurements and moves. */
  readonly asking: Asking;
  /** For questions to the catalogs: without a limit for one statement. */
  readonly patient: Asking;
  readonly sessions: readonly Queryable[];
  /** What the role lacks, for looking and for moving. */
  readonly grants: Readonly<Record<Purpose, Grants>>;
  /** Whose code may run while tables are read. */
  readonly trust: Trust;
  /** Measures and judges sequences of the scope; `margin`: ids to leave free beyond the furthest. */
  look(sequences: readonly SurveyedSequence[], margin: bigint, phase: 'measure' | 'verify'): Promise<Looked[]>;
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

/** What every rule has to say about what was looked at, to whom wants to look or to move. */
export async function findings(
  { server, sessions, patient, all, grants }: Glass,
  looked: readonly Looked[],
  options: LookOptions,
  purpose: Purpose = 'look',
): Promise<Finding[]> {
  const [first] = sessions as readonly [Queryable];
  const named = await suggestionsFor({ sessions, patient }, looked);
  const suggestions = await withReach(named, looked, first, options);
  const guards = guardsOf(all, server.guarded ? await readGuards(first, patient) : []);
  const about = looked.flatMap((one) =>
    findingsOf({
      ...one,
      suggestion: suggestions.get(one.sequence.oid) ?? null,
      guards: guards.get(one.sequence.oid) ?? [],
      move: one.outliers === null ? moveSql(one.sequence, one.judgement) : null,
      role: server.role,
      grants: grants[purpose],
      offering: options.offering,
      nearLimit: (options.nearLimit ?? 80) / 100,
    }),
  );
  return [
    ...(server.standby ? [standby.find(server.database)] : []),
    ...(await withCautions(about, looked, first, patient)),
  ];
}

/**
 * Looks at some sequences, by their oids, as if these links had been given. Filters do not count: whoever asks has chosen already.
 * Throws what `focus` throws.
 */
export async function lookAsLinked(
  db: Queryable,
  options: LookOptions,
  links: readonly string[],
  oids: readonly string[],
): Promise<Looked[]> {
  const { role, signal, offering, statementTimeout, readLockTimeout, trustOwners, readForeign, maxJump } = options;
  const how = { role, signal, offering, statementTimeout, readLockTimeout, trustOwners, readForeign, maxJump };
  const glass = await focus(db, { ...how, links: [...(options.links ?? []), ...links] }, oids);
  return await glass.look(glass.scope.sequences, 0n, 'measure');
}

/** The same suggestions, with what is stored in those columns that the sequences would run into if an application drew from them. */
async function withReach(
  suggestions: ReadonlyMap<string, Suggestion>,
  looked: readonly Looked[],
  db: Queryable,
  options: LookOptions,
): Promise<ReadonlyMap<string, Suggestion>> {
  const free = looked.flatMap(({ sequence: { oid, name, idleOwner } }) => {
    const suggestion = suggestions.get(oid);
    return suggestion?.isFree === true && idleOwner === null ? [{ oid, name, suggestion }] : [];
  });
  if (free.length === 0) return suggestions;
  // Without a word about blocks: of a larger step it is behind only where all kinds of blocks agree
  const links = free.map(({ name, suggestion }) => `${name}=${suggestion.column}`);
  const oids = free.map(({ oid }) => oid);
  const reached = new Map(suggestions);
  for (const { sequence, judgement, outliers: lone } of await lookAsLinked(db, options, links, oids)) {
    const suggestion = suggestions.get(sequence.oid);
    if (suggestion !== undefined && judgement.state === 'behind' && lone === null)
      reached.set(sequence.oid, { ...suggestion, reached: judgement.furthest });
  }
  return reached;
}

/** For sequences that feed nothing, by their oid: the column that the name speaks of. */
export async function suggestionsFor(
  { sessions, patient }: Pick<Glass, 'sessions' | 'patient'>,
  looked: readonly Looked[],
): Promise<Map<string, Suggestion>> {
  const [first] = sessions as readonly [Queryable];
  const unlinked = looked.filter(({ judgement }) => judgement.state === 'unlinked').map(({ sequence }) => sequence.oid);
  const suggestions = new Map<string, Suggestion>();
  for (const { sequenceOid, column, free } of unlinked.length === 0 ? [] : await suggest(first, patient, unlinked))
    if (sequenceOid !== null && column !== null && !suggestions.has(sequenceOid))
      suggestions.set(sequenceOid, { column, isFree: free === 't', reached: null });
  return suggestions;
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
