import { statesQuery } from '../../src/psql/states.ts';
import { sessionSettings } from '../../src/pg/query/session-settings.ts';
import * as queries from '../../src/pg/query/queries.ts';
import type { Queryable } from '../../src/pg/queryable.ts';
import { verifyRelations, useSearchPath } from '../../src/pg/query/relation-check.ts';
import * as sql from '../../src/pg/sql.generated.ts';
import type { Database } from './database.ts';

// Everything that is asked of a server by a file of sql/, as it is asked: a transaction's statements, the question at the end.

type Asked = readonly string[];
type File = keyof typeof sql;

const polite = { statementTimeout: 0, lockTimeout: 0 };

/**
 * The questions of each file, about everything that is in the database. A file that has none here does not compile; what the
 * server's major lacks has none.
 */
export async function asked({ query, server }: Database): Promise<Readonly<Record<File, readonly Asked[]>>> {
  const oids = async (kinds: string): Promise<string[]> =>
    (await query(`select c.oid from pg_class c where c.relkind in (${kinds}) and c.oid >= 16384 order by 1`)).map(
      ([oid]) => oid ?? '',
    );
  const [sequences, tables, roots] = [await oids("'S'"), await oids("'r', 'p'"), await oids("'p'")];
  const by = async (ask: (db: Queryable) => Promise<unknown>): Promise<Asked> => {
    let sent: readonly string[] = [];
    await ask({
      host: null,
      port: null,
      transaction(statements) {
        sent = statements;
        return Promise.resolve([]);
      },
    });
    return sent;
  };
  const all = { search_path: ['public'], links: [['public', 'one_id_seq', 'public', 'one', 'id', null]] };
  const trust = { trustOwners: false, readForeign: false };
  const named = (
    await query(`select c.oid, c.relname, c.relkind from pg_class c where c.relkind in ('r', 'p') and c.oid >= 16384
                 order by c.relkind, c.oid`)
  ).map(([oid, name, kind]) => ({
    oid: oid ?? '',
    schema: 'public',
    name: name ?? '',
    as: kind === 'p' ? ('tree' as const) : ('table' as const),
  }));
  const screened = named.slice(0, 100);
  // As sql/states.sql is asked by the scripts: a part of the survey at a time, which they keep in a setting
  const part = `select pg_catalog.set_config('pgseq.surveyed', coalesce(pg_catalog.json_agg(s)::pg_catalog.text, '[]'), true) from (${sql.survey} limit 300) s`;
  const ownSettings = sessionSettings(polite);
  return {
    copied: server.major < 14 ? [] : [await by((db) => queries.copied(db, polite))],
    databases: [await by((db) => queries.databases(db, polite))],
    facts: [await by((db) => queries.facts(db, polite))],
    filled: [
      await by((db) =>
        queries.filled(
          db,
          polite,
          named.map(({ schema, name }) => [schema, name] as const),
        ),
      ),
    ],
    foreign: [
      await by((db) => queries.foreign(db, polite, tables)),
      await by((db) => queries.entered(db, polite, tables)),
      [...ownSettings, ...verifyRelations(screened, trust)],
    ],
    guards: [await by((db) => queries.guards(db, polite))],
    holders: [await by((db) => queries.holders(db, polite, sequences))],
    leaves: [await by((db) => queries.leaves(db, polite, roots))],
    objects: [await by((db) => queries.objects(db, polite))],
    occupied: [await by((db) => queries.occupied(db, polite))],
    ownership: [await by((db) => queries.ownership(db, polite, tables))],
    planted: [
      await by((db) => queries.planted(db, polite, ['public', 'pg_catalog'])),
      [...ownSettings, ...useSearchPath(['public'], trust).slice(0, -1)],
    ],
    readable: [await by((db) => queries.readable(db, polite, ['public']))],
    relations: [await by((db) => queries.relations(db, polite))],
    sizes: [await by((db) => queries.sizes(db, polite, tables))],
    states: [[...ownSettings, part, statesQuery({})]],
    suggest: [await by((db) => queries.suggest(db, polite, sequences))],
    survey: [
      await by((db) => queries.survey(db, polite, { ...all, sequences: null })),
      await by((db) => queries.survey(db, polite, { ...all, sequences: sequences.slice(0, 100) })),
      [...ownSettings, sql.survey], // the scripts', without links
    ],
    targets: [await by((db) => queries.targets(db, polite, tables.slice(0, 100)))],
    unfed: [await by((db) => queries.unfedKeys(db, polite))],
    violated: [
      await by((db) => queries.violated(db, polite, { schema: 'public', table: 'one', constraint: 'one_pkey' })),
    ],
    writers: [await by((db) => queries.writers(db, polite, tables))],
  } satisfies Record<File, readonly Asked[]>;
}
