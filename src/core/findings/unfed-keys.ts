import { type QueryOptions, unfedKeys } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { highest } from '../../pg/query/measurement-sql.ts';
import { runBatches } from '../measure/run-batches.ts';
import type { Finding } from '../model/finding.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import type { InspectOptions } from '../model/options.ts';
import { unfed, type UnfedKey } from '../rules/unfed.ts';
import { isTableMeant, unasked } from '../survey/scope.ts';
import type { Server } from '../survey/server.ts';

/** With a sequence for as many keys as these, or more, the database numbers its keys, and those without are meant so. */
const hardly = 5;

/** A database with more sequences than these is not asked. */
const mostSequences = 100;

/**
 * Notes on keys that nothing numbers, of a database that has no sequence, or hardly one: a migration has lost them, most likely, and
 * a report on no sequence would look like success. Where somebody asks for certain sequences, there are none.
 */
export async function unfedFindings(inspection: InspectionContext, options: InspectOptions): Promise<Finding[]> {
  const sequences = inspection.all.filter((sequence) => unasked(sequence) === null);
  if (sequences.length > mostSequences || (options.sequences ?? []).length > 0) return [];
  const keys = await keysOf(inspection);
  if (keys.length === 0 || sequences.length * hardly > keys.length) return [];
  return await findingsOf(
    keys.filter(({ schema, table: name }) => isTableMeant({ schema, name }, options, inspection.server.searchPath)),
    inspection,
    options,
  );
}

/** What there is to say of keys that nothing numbers where a pattern names their tables, and no sequence. */
export async function unfedOf(
  pattern: string,
  inspection: InspectionContext,
  options: InspectOptions,
): Promise<Finding[]> {
  const keys = (await keysOf(inspection)).filter(({ schema, table: name }) =>
    isTableMeant({ schema, name }, { tables: [pattern] }, inspection.server.searchPath),
  );
  return await findingsOf(keys, inspection, options);
}

/** A database that was surveyed, and how to ask it more. */
export interface InspectionContext {
  readonly server: Server;
  /** Every sequence of the database. */
  readonly all: readonly SurveyedSequence[];
  /** For measurements and moves. */
  readonly queryOptions: QueryOptions;
  /** For questions to the catalogs: without a limit for one statement. */
  readonly catalogOptions: QueryOptions;
  readonly sessions: readonly Queryable[];
}

interface Key extends UnfedKey {
  readonly isReadable: boolean;
}

/** Of each inspection's survey: a log may hold a thousand errors about such keys. */
const known = new WeakMap<InspectionContext['all'], Promise<Key[]>>();

function keysOf(inspection: InspectionContext): Promise<Key[]> {
  const keys = known.get(inspection.all) ?? askKeys(inspection);
  known.set(inspection.all, keys);
  return keys;
}

async function askKeys({ all, sessions, catalogOptions }: InspectionContext): Promise<Key[]> {
  const [first] = sessions as readonly [Queryable];
  const fed = new Set(
    all.flatMap(({ columns }) => columns.map(({ relationOid, column }) => `${relationOid} ${column}`)),
  );
  return (await unfedKeys(first, catalogOptions))
    .filter(({ oid, column }) => !fed.has(`${oid} ${column}`))
    .map(({ oid, schema, name, column, display, type, readable }) => ({
      oid: oid ?? '',
      schema: schema ?? '',
      table: name ?? '',
      column: column ?? '',
      name: display ?? '',
      dataType: type ?? '',
      isReadable: readable === 't',
    }));
}

async function findingsOf(
  keys: readonly Key[],
  { queryOptions, sessions, server }: InspectionContext,
  options: InspectOptions,
): Promise<Finding[]> {
  const read = keys.filter(({ isReadable }) => isReadable);
  const trust = { trustOwners: options.trustOwners ?? false, readForeign: options.readForeign ?? false };
  const answers = await runBatches(
    sessions,
    read.map(({ oid, schema, table, column }) => ({
      sql: () => highest({ schema, table, column, only: true }),
      relations: () => [{ oid, schema, name: table, as: 'table' }],
      locks: 3,
      alone: false,
    })),
    { queryOptions, trust, lockBudget: server.lockBudget },
  );
  const furthest = new Map(
    answers.flatMap((answer, i) =>
      'text' in answer ? [[read[i]?.oid, answer.text === null ? null : BigInt(answer.text)] as const] : [],
    ),
  );
  return keys.map((key) => unfed.find(key, furthest.get(key.oid)));
}
