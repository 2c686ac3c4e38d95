import { plainName } from '../pg/identifier.ts';
import {
  type AskedDatabase,
  elsewhere,
  type Explained,
  isBad,
  plainFinding,
  sentence,
  told,
  worstFirst,
} from './finding.ts';
import { keysNamed, preferred } from './keys.ts';
import { ofKey, ofKeys } from './of-key.ts';
import { allUsedUp, ofLimit, ofRange, ofSequences, sequencesNamed, vague } from './of-sequences.ts';
import { numbering } from './of-unfed.ts';
import { ofNull } from './of-null.ts';
import { withoutSequence } from './verdict.ts';
import type { ErrorText } from './error-text.ts';

/** Looks an error up in a database. */
export async function lookUp(error: ErrorText, database: AskedDatabase): Promise<Explained> {
  const { kind, constraint } = error;
  const name = constraint ?? '';
  if (kind === 'index') return { ...plainFinding, sequences: [], message: withoutSequence(error) ?? '' };
  if (kind === 'null') return await ofNull(error, database);
  if (kind === 'range') return await ofRange(error, database);
  if (kind === 'missing') return await ofMissing(name, database);
  if (kind === 'limit') {
    return constraint === null
      ? vague(await allUsedUp(database), 'no sequence of this database is used up now')
      : await ofLimit(name, database);
  }
  if (kind === 'denied') {
    const [one] = sequencesNamed(name, database.inspection);
    return one === undefined
      ? elsewhere(`sequence ${name}`)
      : told(withoutSequence({ ...error, constraint: one.name }) ?? '');
  }
  if (kind === 'name') return await ofName(name, database);
  return await ofKey(error, database);
}

async function ofMissing(name: string, database: AskedDatabase): Promise<Explained> {
  const { db, inspection, look } = database;
  const [there] = sequencesNamed(name, inspection);
  if (there !== undefined) {
    const isSeen = inspection.server.searchPath.includes(there.schema);
    const looked = await look([there]);
    return {
      ...plainFinding,
      sequences: looked,
      message: `${there.name} exists${isSeen ? ' now, and is on the search_path of this connection' : ', but its schema is not on the search_path: write the name with its schema'}`,
      notes: looked.filter(isBad).map((one) => `${sentence(one)}.`),
    };
  }
  const wanted = (/^(?:.*\.)?(.+?)_?(?:seq|sequence)\d*$/i.exec(name)?.[1] ?? name).toLowerCase();
  const isMeant = (table: string, column: string): boolean =>
    [table, `${table}_${column}`].some((one) => one.toLowerCase() === wanted);
  const fed = await look(
    inspection.scope.sequences.filter(({ columns }) => columns.some(({ table, column }) => isMeant(table, column))),
  );
  const [first] = worstFirst(fed);
  const message = `this database has no sequence ${name} either`;
  if (first !== undefined) {
    const place = first.sequence.columns.find(({ table, column }) => isMeant(table, column));
    return {
      ...plainFinding,
      sequences: worstFirst(fed),
      message: `this database has no sequence ${name}: ${place?.name} is fed by ${first.sequence.name}`,
      notes: isBad(first) ? [`${sentence(first)}.`] : [],
    };
  }
  const table = wanted.replace(/_[^_]*$/, '');
  const keys = [
    ...(await keysNamed(db, inspection.catalogOptions, { constraint: null, schema: null, table: wanted })),
    ...(await keysNamed(db, inspection.catalogOptions, { constraint: null, schema: null, table })),
  ];
  const [key] = keys;
  const [column] = key?.columns ?? [];
  if (key === undefined || column === undefined || column.default !== null)
    return { ...plainFinding, sequences: [], message };
  return {
    ...plainFinding,
    sequences: [],
    message: `${message}, and nothing feeds ${plainName(key.schema, key.table, column.column)}`,
    notes: await numbering(key, database),
  };
}

/** A name alone: of a sequence, a constraint or a table. */
async function ofName(name: string, database: AskedDatabase): Promise<Explained> {
  const { db, inspection, look } = database;
  const sequences = sequencesNamed(name, inspection);
  if (sequences.length > 0) return ofSequences(worstFirst(await look(sequences)));
  const [, schema, bare = name] = /^(?:([^.]+)\.)?([^.]+)$/.exec(name) ?? [];
  const isOf = (one: { schema: string; table: string }): boolean =>
    one.table.toLowerCase() === bare.toLowerCase() && one.schema === (schema ?? one.schema);
  const feeds = inspection.scope.sequences.filter(({ columns }) => columns.some(isOf));
  if (feeds.length > 0) return ofSequences(worstFirst(await look(feeds)));
  const asConstraint = await keysNamed(db, inspection.catalogOptions, { constraint: bare, schema: null, table: null });
  const keys =
    asConstraint.length > 0
      ? asConstraint
      : await keysNamed(db, inspection.catalogOptions, { constraint: null, schema: null, table: bare });
  const mine = preferred(keys, (key) => key.schema === schema);
  if (mine.length === 0) return elsewhere(`table, constraint or sequence ${name}`);
  const nothing = {
    kind: 'unique',
    constraint: null,
    schema: null,
    table: null,
    model: null,
    columns: null,
    value: null,
    statement: null,
    given: null,
    times: 1,
  } as const;
  return await ofKeys(mine, nothing, null, database);
}
