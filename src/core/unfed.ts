import { unfedKeys } from '../pg/queries.ts';
import type { Queryable } from '../pg/queryable.ts';
import { highest } from '../pg/reading.ts';
import { askAll } from './ask.ts';
import type { Finding } from './finding.ts';
import type { Glass } from './look.ts';
import type { LookOptions } from './options.ts';
import { unfed } from './rules/unfed.ts';
import { isTableMeant, unasked } from './scope.ts';

/** With a sequence for as many keys as these, or more, the database numbers its keys, and those without are meant so. */
const hardly = 5;

/** A database with more sequences than these is not asked. */
const mostSequences = 100;

/**
 * Notes on keys that nothing numbers, of a database that has no sequence, or hardly one: a migration has lost them, most likely, and
 * a report on no sequence would look like success. Where somebody asks for certain sequences, there are none.
 */
export async function unfedFindings(glass: Glass, options: LookOptions): Promise<Finding[]> {
  const sequences = glass.all.filter((sequence) => unasked(sequence) === null);
  if (sequences.length > mostSequences || (options.sequences ?? []).length > 0) return [];
  const [first] = glass.sessions as readonly [Queryable];
  const fed = new Set(
    glass.all.flatMap(({ columns }) => columns.map(({ relationOid, column }) => `${relationOid} ${column}`)),
  );
  const rows = (await unfedKeys(first, glass.patient)).filter(({ oid, column }) => !fed.has(`${oid} ${column}`));
  if (rows.length === 0 || sequences.length * hardly > rows.length) return [];
  const keys = rows
    .map(({ oid, schema, name, column, display, type, readable }) => ({
      oid: oid ?? '',
      schema: schema ?? '',
      table: name ?? '',
      column: column ?? '',
      name: display ?? '',
      dataType: type ?? '',
      isReadable: readable === 't',
    }))
    .filter(({ schema, table: name }) => isTableMeant({ schema, name }, options, glass.server.searchPath));
  const read = keys.filter(({ isReadable }) => isReadable);
  const { asking, sessions, server } = glass;
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
