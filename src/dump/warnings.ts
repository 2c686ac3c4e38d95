import { printable } from '../text/printable.ts';
import { quoteRelation } from '../pg/identifier.ts';

interface Relation {
  readonly schema: string;
  readonly name: string;
}

/** A sequence and a table that takes values from it. */
interface Feed {
  readonly sequence: Relation;
  readonly table: Relation;
}

/** What a restore will bring, and what is known of who feeds whom. */
export interface DumpWarning {
  /** The tables whose rows will come. */
  readonly loaded: readonly Relation[];
  /** The sequences whose positions will come. */
  readonly set: readonly Relation[];
  /** The sequences that the archive makes. */
  readonly made: readonly Relation[];
  readonly feeds: readonly Feed[];
  /** The columns that are made without the default by which they draw from a sequence. */
  readonly bare: readonly (Relation & { readonly column: string })[];
  /** The sequences of the target, before. */
  readonly there: readonly Relation[];
  /** The table at its root, for each partition that is known. */
  readonly roots: readonly { readonly partition: Relation; readonly root: Relation }[];
}

/** What is known, before anything is loaded, to leave a sequence behind, or to be lost: a sentence each. Pure. */
export function dumpWarnings({ loaded, set, made, feeds, bare, there, roots }: DumpWarning): string[] {
  const key = ({ schema, name }: Relation): string => quoteRelation(schema, name);
  const keys = (list: readonly Relation[]): Set<string> => new Set(list.map(key));
  const rootOf = new Map(roots.map(({ partition, root }) => [key(partition), key(root)]));
  const [isSet, isMade, isThere] = [keys(set), keys(made), keys(there)];
  const sequencesOf = new Map<string, Map<string, Relation>>();
  for (const { sequence, table } of feeds) {
    const known = sequencesOf.get(key(table)) ?? new Map<string, Relation>();
    sequencesOf.set(key(table), known.set(key(sequence), sequence));
  }
  const ofRows = loaded.flatMap((table) => {
    const itself = key(table);
    const root = rootOf.get(itself);
    const fed = new Map([...(sequencesOf.get(itself) ?? []), ...(sequencesOf.get(root ?? '') ?? [])]);
    return [...fed].flatMap(([name, { schema, name: bare }]) => {
      const [rows, sequence] = [`${table.schema}.${table.name}`, `${schema}.${bare}`];
      if (isSet.has(name)) return [];
      if (isMade.has(name) || isThere.has(name))
        return [`the rows of ${rows} come without the position of ${sequence}, which is brought in sync afterwards`];
      return [
        `${rows} takes its ids from ${sequence}, which is neither in the archive nor in the database: it will not work as before`,
      ];
    });
  });
  const ofDefaults = bare.map(
    ({ schema, name, column }) =>
      `${schema}.${name} is created without the default of ${column}: inserts have to give a value for it`,
  );
  return [...ofRows, ...ofDefaults].map(printable);
}
