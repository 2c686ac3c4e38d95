import { keyOf, type DumpContents, type DumpFeed, type DumpRelation } from '../../dump/contents.ts';
import type { Expected } from '../../dump/arrived.ts';
import type { Cut } from '../../dump/ending.ts';
import { dumpWarnings } from '../../dump/warnings.ts';
import { scanDump } from '../../dump/scan.ts';
import type { SurveyedSequence } from '../../core/model/surveyed.ts';
import { readPacked } from '../../pg/archive/bytes.ts';
import type { Archive } from '../../pg/archive/recognize.ts';
import { parseToc, type Toc, type TocEntry } from '../../pg/archive/toc.ts';
import type { Program } from '../../pg/programs.ts';
import type { Context } from '../command.ts';
import { asked, printed } from './client.ts';

/** What a restore will bring, as far as that can be told beforehand. */
export interface Plan {
  /** The database that the archive was made of; null for a script. */
  readonly database: string | null;
  /** The tables whose rows will come. */
  readonly tables: readonly Expected[];
  /** The keys of those tables by their numbers in the archive. */
  readonly entries: ReadonlyMap<string, string>;
  /** What a script has of psql's commands, and where they turn to. */
  readonly script: Pick<DumpContents, 'connects' | 'commands' | 'passed'>;
  /** The schemas that an archive makes tables or sequences in. What a script makes where is not known. */
  readonly makesIn: readonly string[];
  /** Where a script ends too early. */
  readonly cut: Cut | null;
  /** What will be left behind, or lost. */
  readonly warnings: readonly string[];
}

/** The database that is restored into, before. */
export interface RestoreTarget {
  readonly sequences: readonly SurveyedSequence[];
  readonly roots: readonly { readonly partition: DumpRelation; readonly root: DumpRelation }[];
}

/** Reads the table of contents of an archive, or a script as a whole, and compares with what the target has. */
export async function planRestore(
  archive: Archive,
  program: Program,
  options: readonly string[],
  before: RestoreTarget,
  context: Context,
): Promise<Plan> {
  const target = {
    there: before.sequences.map(({ schema, sequence }) => ({ schema, name: sequence })),
    roots: before.roots,
  };
  const known = before.sequences.flatMap(({ schema, sequence, columns }) =>
    columns.map((column) => ({
      sequence: { schema, name: sequence },
      table: { schema: column.schema, name: column.table },
    })),
  );
  if (archive.kind === 'script') {
    const contents = await scanDump(readPacked(archive), archive.name, archive.mostInOne);
    const loaded = contents.tables.filter(({ rows }) => rows > 0n);
    const set = contents.sequences.filter((one) => one.set !== null);
    const made = contents.sequences.filter(({ definition }) => definition !== null);
    return {
      database: null,
      script: contents,
      cut: contents.cut,
      tables: loaded,
      entries: new Map(),
      makesIn: [],
      warnings: dumpWarnings({ loaded, set, made, feeds: [...feedsOf(contents), ...known], bare: [], ...target }),
    };
  }
  const toc = parseToc(await asked(program, archive, ['--list', ...options], context));
  const loaded = relations(toc, 'TABLE DATA');
  const set = relations(toc, 'SEQUENCE SET');
  const made = relations(toc, 'SEQUENCE');
  // What feeds what is in the definitions, which are few beside the rows
  const schema = await scanDump(
    printed(program, archive, ['--schema-only', '--file=-'], context),
    archive.name,
    archive.mostInOne,
  );
  const whole = options.length === 0 ? toc : parseToc(await asked(program, archive, ['--list'], context));
  const bare = withoutDefault(whole, toc, schema);
  return {
    database: toc.database,
    script: { connects: [], commands: [], passed: [] },
    cut: null,
    tables: loaded.map((table) => ({ ...table, rows: null })),
    entries: new Map(
      toc.entries.flatMap(({ id, type, schema: its, name }) =>
        type === 'TABLE DATA' && its !== null ? [[id, keyOf({ schema: its, name })] as const] : [],
      ),
    ),
    makesIn: [...new Set([...relations(toc, 'TABLE'), ...made].map(({ schema }) => schema))].toSorted(),
    warnings: dumpWarnings({ loaded, set, made, feeds: [...feedsOf(schema), ...known], bare, ...target }),
  };
}

function feedsOf({ sequences }: DumpContents): { sequence: DumpRelation; table: DumpRelation }[] {
  return sequences.flatMap((sequence) => sequence.feeds.map((table) => ({ sequence, table })));
}

/** `--table` takes the sequence of a serial column where it is named too, and never the default that draws from it. */
function withoutDefault(whole: Toc, chosen: Toc, { sequences }: DumpContents): DumpFeed[] {
  const defaults = (toc: Toc): Set<string> => new Set(relations(toc, 'DEFAULT').map(keyOf));
  const [all, some] = [defaults(whole), defaults(chosen)];
  const tables = new Set(relations(chosen, 'TABLE').map(keyOf));
  return sequences
    .flatMap(({ feeds }) => feeds)
    .filter((feed) => {
      const itsDefault = keyOf({ schema: feed.schema, name: `${feed.name} ${feed.column}` });
      return tables.has(keyOf(feed)) && all.has(itsDefault) && !some.has(itsDefault);
    });
}

function relations({ entries }: Toc, type: TocEntry['type']): DumpRelation[] {
  const all = entries.flatMap((entry) =>
    entry.type === type && entry.schema !== null ? [{ schema: entry.schema, name: entry.name }] : [],
  );
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}
