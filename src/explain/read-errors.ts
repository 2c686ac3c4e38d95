import { fromLibraries, looseWords } from './libraries.ts';
import {
  deniedIn,
  duplicatesIn,
  failedIndexesIn,
  type FoundPhrase,
  limitsIn,
  missingIn,
  nullsIn,
  rangesIn,
} from './phrases.ts';
import { plain } from './plain.ts';
import { type Records, recordsOf } from './records.ts';
import { keyIn, tableOf } from './about.ts';
import type { ErrorText } from './error-text.ts';

/** Reads all errors about keys and sequences in a text, in the order in which they first appear; none: it tells of no such error. */
export function readErrors(raw: string): ErrorText[] {
  const text = plain(raw);
  const others = isOfAnother(text);
  const records = recordsOf(text);
  const places = [
    ...duplicatesIn(text).map((one) => ({ ...one, kind: 'unique' as const })),
    ...failedIndexesIn(text).map((one) => ({ ...one, kind: 'index' as const })),
    ...limitsIn(text).map((one) => ({ ...one, kind: 'limit' as const })),
    ...missingIn(text).map((one) => ({ ...one, kind: 'missing' as const })),
    ...deniedIn(text).map((one) => ({ ...one, kind: 'denied' as const })),
    ...rangesIn(text).map((one) => ({ ...one, kind: 'range' as const })),
    ...nullsIn(text).map((one) => ({ ...one, kind: 'null' as const })),
  ].toSorted((a, b) => a.index - b.index);
  const marked = places.map((place) => ({ ...place, session: records.sessionAt(place.index) }));
  if (marked.length > 0) return together(marked.map((_, i) => errorAt(text, marked, i, records)));
  return others ? [] : (fromLibraries(text) ?? looseWords(text));
}

/** Messages that others than PostgreSQL have, some under its SQLSTATE. */
function isOfAnother(text: string): boolean {
  return /Duplicate entry|E11000|UNIQUE constraint failed: |Unique index or primary key violation|ORA-00001|Cannot insert duplicate key|Violation of (?:UNIQUE|PRIMARY) KEY|ER_DUP_ENTRY/.test(
    text,
  );
}

/** What stands further away than so many characters is about something else. */
const nearby = 20_000;

type Place = FoundPhrase & { readonly kind: ErrorText['kind']; readonly session: string | null };

/** An error, and what tells it from the same one said again. */
interface Said {
  readonly error: ErrorText;
  readonly stamp: string | null;
  /** It is the cause of the one before it, or the other way round: one failure, told by each layer of a program. */
  readonly chained: boolean;
}

function errorAt(text: string, places: readonly Place[], i: number, records: Records): Said {
  const place = places[i] as Place;
  const { session } = place;
  const isOurs = (other: Place): boolean => session === null || other.session === null || other.session === session;
  // What stands between it and the errors before and after it, of its own session
  const [from, to] = [Math.max(0, place.index - nearby), Math.min(text.length, place.end + nearby)];
  const neighbour = (step: 1 | -1): Place | undefined => {
    for (let j = i + step; ; j += step) {
      const other = places[j];
      if (other === undefined || other.end < from || other.index > to) return undefined;
      if (isOurs(other)) return other;
    }
  };
  const [before, next] = [neighbour(-1), neighbour(1)];
  const around = records.around(place.index, before?.end ?? from, next?.index ?? to);
  const after = around.after.slice(place.end - place.index);
  const sameLine = around.before.slice(around.before.lastIndexOf('\n') + 1);
  const isAlone = places.length === 1;
  const key = keyIn(after) ?? keyIn(isAlone ? around.before : sameLine);
  const constraint = place.name === '' || place.kind === 'null' ? null : place.name;
  const said =
    place.kind === 'null'
      ? { constraint, columns: [place.name], value: null }
      : { constraint, columns: key?.columns ?? null, value: key?.value ?? null };
  const table = tableOf({ ...around, after, sameLine }, said);
  return {
    error: {
      kind: place.kind,
      ...said,
      ...table,
      table: place.table ?? table.table,
      model: null,
      times: 1,
    },
    stamp: records.stampAt(place.index),
    chained: i > 0 && chain.test(text.slice(places[i - 1]?.end ?? 0, place.index)),
  };
}

/** How programs lead over from an exception to the one that it caused, or was caused by. */
const chain =
  /direct cause of the following|During handling of the above|^\s*Caused by|^\s*Next \S+|nested exception|previous exception|--->|root cause|Original exception|"stack"/im;

/** The same said several times is one error. What one place knows and another does not is added. */
function together(all: readonly Said[]): ErrorText[] {
  const groups = new Map<string, Group[]>();
  const order: Group[] = [];
  for (const { error, stamp, chained } of all) {
    const name = `${error.kind} ${error.constraint}`;
    const named = groups.get(name) ?? [];
    groups.set(name, named);
    let group = named.find((one) => isSame(one.error, error));
    if (group === undefined) {
      group = { error, values: new Set(), stamps: new Set() };
      named.push(group);
      order.push(group);
    } else group.error = merged(group.error, error);
    if (error.value !== null) group.values.add(error.value);
    if (stamp !== null && !chained) group.stamps.add(stamp);
  }
  return order.map(({ error, values, stamps }) => ({ ...error, times: Math.max(1, values.size, stamps.size) }));
}

/**
 * What is said of one error. It happened as often as there are keys, or messages of a log: what a program says of one failure again and
 * again is one.
 */
interface Group {
  error: ErrorText;
  readonly values: Set<string>;
  readonly stamps: Set<string>;
}

function isSame(a: ErrorText, b: ErrorText): boolean {
  const agree = (one: string | null, other: string | null): boolean => one === null || other === null || one === other;
  return (
    agree(a.columns?.join(',') ?? null, b.columns?.join(',') ?? null) &&
    agree(a.schema, b.schema) &&
    agree(a.table, b.table)
  );
}

function merged(a: ErrorText, b: ErrorText): ErrorText {
  const told = a.statement === null || (a.given === null && b.given !== null) ? b : a;
  return {
    ...a,
    schema: a.schema ?? b.schema,
    table: a.table ?? b.table,
    columns: a.columns ?? b.columns,
    value: a.value ?? b.value,
    statement: told.statement ?? a.statement,
    given: told.given,
  };
}
