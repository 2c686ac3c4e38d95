import { type Asking, unfedKeys } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { highest } from '../../pg/query/measurement-sql.ts';
import { askAll } from '../measure/run-batches.ts';
import type { Finding } from '../model/finding.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import type { LookOptions } from '../model/options.ts';
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
export async function unfedFindings(glass: Looking, options: LookOptions): Promise<Finding[]> {
  const sequences = glass.all.filter((sequence) => unasked(sequence) === null);
  if (sequences.length > mostSequences || (options.sequences ?? []).length > 0) return [];
  const keys = await keysOf(glass);
  if (keys.length === 0 || sequences.length * hardly > keys.length) return [];
  return await findingsOf(
    keys.filter(({ schema, table: name }) => isTableMeant({ schema, name }, options, glass.server.searchPath)),
    glass,
    options,
  );
}

/** What there is to say of keys that nothing numbers where a pattern names their tables, and no sequence. */
export async function unfedOf(pattern: string, glass: Looking, options: LookOptions): Promise<Finding[]> {
  const keys = (await keysOf(glass)).filter(({ schema, table: name }) =>
    isTableMeant({ schema, name }, { tables: [pattern] }, glass.server.searchPath),
  );
  return await findingsOf(keys, glass, options);
}

/** A database that was surveyed, and how to ask it more. */
export interface Looking {
  readonly server: Server;
  /** Every sequence of the database. */
  readonly all: readonly SurveyedSequence[];
  /** For measurements and moves. */
  readonly asking: Asking;
  /** For questions to the catalogs: without a limit for one statement. */
  readonly patient: Asking;
  readonly sessions: readonly Queryable[];
}

interface Key extends UnfedKey {
  readonly isReadable: boolean;
}

async function keysOf({ all, sessions, patient }: Looking): Promise<Key[]> {
  const [first] = sessions as readonly [Queryable];
  const fed = new Set(
    all.flatMap(({ columns }) => columns.map(({ relationOid, column }) => `${relationOid} ${column}`)),
  );
  return (await unfedKeys(first, patient))
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
  { asking, sessions, server }: Looking,
  options: LookOptions,
): Promise<Finding[]> {
  const read = keys.filter(({ isReadable }) => isReadable);
  const trust = { trustOwners: options.trustOwners ?? false, readForeign: options.readForeign ?? false };
  const answers = await askAll(
    sessions,
    read.map(({ oid, schema, table, column }) => ({
      sql: () => highest({ schema, table, column, only: true }),
      relations: () => [{ oid, schema, name: table, as: 'table' }],
      locks: 3,
      alone: false,
    })),
    { asking, trust, lockBudget: server.lockBudget },
  );
  const furthest = new Map(
    answers.flatMap((answer, i) =>
      'text' in answer ? [[read[i]?.oid, answer.text === null ? null : BigInt(answer.text)] as const] : [],
    ),
  );
  return keys.map((key) => unfed.find(key, furthest.get(key.oid)));
}
