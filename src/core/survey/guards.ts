import { guardVersion } from '../../pg/guard.ts';
import { type QueryOptions, guards as ask } from '../../pg/query/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import { readBody, type Tool, toolsToMend } from './guard-body.ts';
import type { Guard, GuardFunction, GuardPlace, GuardTrigger } from '../model/guard.ts';

type Row = Awaited<ReturnType<typeof ask>>[number];

/** Every guard of the database. */
export async function readGuards(db: Queryable, queryOptions: QueryOptions): Promise<Guard[]> {
  const rows = await ask(db, queryOptions);
  const [toMend] = toolsToMend(JSON.parse(rows.find((row) => row.tools !== null)?.tools ?? '[]') as readonly Tool[]);
  const roots = new Map<string, Set<string | null>>();
  for (const { function: name, root } of rows)
    if (name !== null) roots.set(name, (roots.get(name) ?? new Set()).add(root));
  const guards = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.root} ${row.what}`;
    const of = guards.get(key);
    if (of === undefined) guards.set(key, [row]);
    else of.push(row);
  }
  return [...guards.values()].map((of) => guardOf(of, roots, toMend));
}

function guardOf(
  rows: readonly Row[],
  roots: ReadonlyMap<string, ReadonlySet<unknown>>,
  toMend: string | undefined,
): Guard {
  const [first] = rows as [Row];
  const places = new Map<string, GuardPlace & { triggers: GuardTrigger[] }>();
  const functions = new Map<string, GuardFunction>();
  for (const row of rows) {
    if (row.function !== null)
      functions.set(`${row.home} ${row.function}`, {
        name: row.function,
        home: row.home ?? '',
        waits: row.waiting !== null,
        shared: (roots.get(row.function)?.size ?? 0) > 1,
      });
    if (row.relationOid === null) continue;
    const place = places.get(row.relationOid) ?? {
      relationOid: row.relationOid,
      schema: row.schema ?? '',
      relation: row.relation ?? '',
      name: row.display ?? '',
      owner: row.tableOwner ?? '',
      parted: row.parted === 't',
      triggers: [],
    };
    places.set(row.relationOid, place);
    for (const trigger of JSON.parse(row.triggers ?? '[]') as readonly TriggerJson[])
      place.triggers.push(readTrigger(trigger, row.home ?? ''));
  }
  const body = readBody(first.source ?? '', first.function ?? '');
  const isIdle = rows.find(({ usable }) => usable === 'f');
  return {
    version: body.version,
    column: body.column,
    table: body.table,
    sequence: body.sequence,
    counts: body.counts,
    cached: body.cached,
    maxJump: body.maxJump,
    function: first.function ?? '',
    functions: [...functions.values()],
    fault: places.size === 0 ? null : faultOf(rows, first, toMend),
    owner: (isIdle ?? first).owner ?? '',
    usable: isIdle === undefined,
    places: [...places.values()],
  };
}

/** What is not as pgseq makes it, the first that is found. */
function faultOf(rows: readonly Row[], root: Row, toMend: string | undefined): string | null {
  for (const row of rows) {
    if (row.function === null) continue;
    const where = `its function ${row.home}.${row.function}`;
    if (row.home !== 'pgseq') return `${where}, owned by ${row.owner}, is no longer in the schema pgseq`;
    if (row.owner !== row.tableOwner)
      return `${where} belongs to ${row.owner}, but the table ${row.display} to ${row.tableOwner}`;
    if (row.sound !== 't') return `the settings of ${where} are not those that pgseq gave it`;
    // What another version of pgseq makes is told of as a whole
    const { version, exact, table, tree } = readBody(row.source ?? '', row.function);
    if (version > guardVersion || (version >= 0 && version < guardVersion)) continue;
    if (!exact || (table === root.display && tree !== (root.parted === 't')))
      return `the code of ${where} is not what pgseq wrote`;
    if (row.waiting !== 't')
      return `the table pgseq.${row.function}, which queues its long moves, is missing or was altered`;
    if (toMend !== undefined) return `the function pgseq.${toMend}, which it calls, is missing or was altered`;
  }
  return null;
}

interface TriggerJson {
  readonly name: string;
  readonly type: number;
  readonly state: string;
  readonly clone: boolean;
  readonly sound: boolean;
}

function readTrigger({ name, type, state, clone, sound }: TriggerJson, home: string): GuardTrigger {
  const forEachRow = (type & 1) !== 0;
  return { name, state, clone, sound, home, kind: forEachRow ? 'row' : (type & 16) !== 0 ? 'update' : 'insert' };
}
