import { quoteLiteral, quoteName, quoteRelation, quoteRelationText } from '../identifier.ts';
import { setting } from './session-settings.ts';
import * as sql from '../sql.generated.ts';
import { failing } from '../sqlstate.ts';

/** A relation that a transaction is about to read by its name. */
export interface VerifiedRelation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /**
   * As what it is read; a tree is a partitioned table with its partitions. Nothing of a sequence's own runs, and all that a view
   * calls: `foreign` looks through it.
   */
  readonly as: 'sequence' | 'table' | 'tree' | 'view';
}

/** Whose code may run, and who may be asked. */
export interface Trust {
  /** Anybody whose tables are read. */
  readonly trustOwners: boolean;
  readonly readForeign: boolean;
}

/**
 * Statements that go ahead of a read, in its transaction and under the hardened search_path. They end it with an error where
 * a relation is not what was surveyed: dropped, made anew, turned into a view, or given code of strangers to plan with.
 *
 * First the relations are locked as reading locks them, so that none is replaced afterwards. A query that nothing refers to
 * is looked up, which takes the locks, and never planned, which would run that code; LOCK TABLE wants SELECT on all columns.
 * The lock does not keep an owner from adding an index, nor the schema from being renamed: what is left of that race is the
 * planning of one statement.
 */
export function verifyRelations(relations: readonly VerifiedRelation[], { trustOwners, readForeign }: Trust): string[] {
  if (relations.length === 0) return [];
  const each = [...new Map(relations.map((relation) => [relation.oid, relation])).values()];
  const names = each.map(({ schema, name }) => quoteRelation(schema, name));
  const views = each.filter((relation) => relation.as === 'view').map(({ oid }) => oid);
  const oids = each.map(({ oid }) => oid);
  const held = names.map((name, i) => `only ${name} r${i}`).join(', ');
  const trees = each.filter((relation) => relation.as === 'tree').map(({ oid }) => oid);
  const partitions =
    trees.length === 0
      ? '1'
      : `pg_catalog.pg_partition_tree(t) from pg_catalog.unnest('{${trees.join(',')}}'::pg_catalog.oid[]) t`;
  const what = [...(trustOwners ? [] : ["'code'"]), ...(readForeign ? [] : ["'server'"])];
  const replaced = `select r.oid from rows from (pg_catalog.unnest('{${oids.join(',')}}'::pg_catalog.oid[]), pg_catalog.unnest(array[${each
    .map(({ schema, name }) => `${quoteRelationText(schema, name)}::pg_catalog.regclass::pg_catalog.oid`)
    .join(
      ',',
    )}])) r (oid, named) where r.oid <> r.named or not exists (select from pg_catalog.pg_class c where c.oid = r.oid and (c.relkind <> 'v' or c.oid = any ('{${views.join(',')}}'::pg_catalog.oid[])))`;
  const strange =
    what.length === 0 ? '' : ` union all select f.root from (${sql.foreign}) f where f.what in (${what.join(', ')})`;
  return [
    `with held as (select from ${held}) select ${partitions}`,
    setting(
      'relations',
      each.filter((relation) => relation.as !== 'sequence').map(({ oid }) => oid),
    ),
    setting('entering', false),
    failing(`${replaced}${strange}`),
  ];
}

/**
 * A statement that holds relations until the end of its transaction, as a SELECT would, before a snapshot is taken: of one that is
 * not to inherit ONLY itself. It plans nothing.
 */
export function hold(relations: readonly VerifiedRelation[]): string[] {
  const names = relations.map(
    ({ schema, name, as }) => `${as === 'table' ? 'only ' : ''}${quoteRelation(schema, name)}`,
  );
  return names.length === 0 ? [] : [`lock table ${names.join(', ')} in access share mode`];
}

/**
 * Statements that give the hardened search_path up for these schemas, and end the transaction with an error where strangers
 * have planted code in one of them. Not for what the session's own setting says: a schema that it names may be made meanwhile.
 */
export function useSearchPath(schemas: readonly string[], { trustOwners }: Trust): string[] {
  // pg_temp_N belongs to whichever session it was asked of
  const path = schemas.filter((schema) => !schema.startsWith('pg_temp_')).map(quoteName);
  return [
    ...(trustOwners ? [] : [setting('schemas', schemas), failing(sql.planted)]),
    `select pg_catalog.set_config('search_path', ${quoteLiteral([...path, 'pg_temp'].join(', '))}, true)`,
  ];
}
