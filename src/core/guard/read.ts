import { type Asking, guards as ask } from '../../pg/queries.ts';
import type { Queryable } from '../../pg/queryable.ts';
import type { Guard, GuardPlace, GuardTrigger } from './model.ts';

/** Every guard of the database, by the name of its function. */
export async function readGuards(db: Queryable, asking: Asking): Promise<Guard[]> {
  const rows = await ask(db, asking);
  const roots = new Map<string, Set<string | null>>();
  for (const { function: name, root } of rows) roots.set(name ?? '', (roots.get(name ?? '') ?? new Set()).add(root));
  const guards = new Map<string, Guard & { places: GuardPlace[] }>();
  for (const row of rows) {
    const name = row.function ?? '';
    const key = `${row.root} ${name}`;
    const shared = (roots.get(name)?.size ?? 0) > 1;
    const guard = guards.get(key) ?? {
      ...readSource(row.source ?? ''),
      function: name,
      owner: row.owner ?? '',
      usable: row.usable === 't',
      shared,
      places: [],
    };
    guards.set(key, guard);
    if (row.relationOid !== null)
      guard.places.push({
        relationOid: row.relationOid,
        schema: row.schema ?? '',
        relation: row.relation ?? '',
        name: row.display ?? '',
        triggers: (JSON.parse(row.triggers ?? '[]') as readonly TriggerJson[]).map(readTrigger),
      });
  }
  return [...guards.values()];
}

interface TriggerJson {
  readonly name: string;
  readonly type: number;
  readonly state: string;
  readonly clone: boolean;
  readonly sound: boolean;
}

function readTrigger({ name, type, state, clone, sound }: TriggerJson): GuardTrigger {
  const forEachRow = (type & 1) !== 0;
  return { name, state, clone, sound, kind: forEachRow ? 'row' : (type & 16) !== 0 ? 'update' : 'insert' };
}

const literal = String.raw`(E?'(?:[^']|'')*')::`;
const patterns = {
  version: /^-- version: (\d+)$/m,
  column: /\bnew\.("(?:[^"]|"")+")/,
  table: new RegExp(String.raw`tg_relid operator\(pg_catalog\.=\) ${literal}`),
  sequence: new RegExp(String.raw`pg_sequence_last_value\(${literal}`),
  maxJump: /, known, top, (\d+(?:\.\d+)?)\)/,
};

/** What a guard was made for: its own text says it, as sql/guard/protect.sql writes it. */
function readSource(source: string): Omit<Guard, 'function' | 'owner' | 'usable' | 'shared' | 'places'> {
  const part = (name: keyof typeof patterns): string => patterns[name].exec(source)?.[1] ?? '';
  return {
    version: Number(part('version')),
    column: part('column').slice(1, -1).replaceAll('""', '"'),
    table: unquote(part('table')),
    sequence: unquote(part('sequence')),
    counts: source.includes('pg_catalog.min(') ? 'down' : 'up',
    cached: source.includes('pg_catalog.currval('),
    maxJump: Number(part('maxJump')),
  };
}

/** The text that a literal stands for: quoteLiteral undone. */
function unquote(text: string): string {
  const inner = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  return text.startsWith('E') ? inner.replaceAll('\\\\', '\\') : inner;
}
