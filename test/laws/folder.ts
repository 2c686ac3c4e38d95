import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardObjects } from '../../src/pg/guard.ts';
import { quoteLiteral } from '../../src/pg/identifier.ts';
import { fromRoot } from '../support/root.ts';

type Law = 'cured' | 'healthy' | 'incurable';

/** A situation: a folder that makes a database and says what pgseq is to find there. */
export interface Situation {
  readonly name: string;
  readonly law: Law;
  /** Options for check and fix, split as simply as a shell would. */
  readonly options: readonly string[];
  /** The exit code of check where the law leaves it open: an incurable situation may be 0, 1 or 2. */
  readonly exit: number;
  /** The exit code of fix for an incurable one, where it differs. */
  readonly fixExit: number;
  /** The first major that can make it. */
  readonly since: number;
  /** Needs a second session or the like, which PGlite has not. */
  readonly onServersOnly: boolean;
  /** The exit code of check after everything was run that the findings advise. */
  readonly advised: number | null;
  readonly setup: string;
  /** An ordinary insert, for a cured or healthy one. */
  readonly insert: string | null;
  /** The expected text of a file, or null where there is none yet. */
  expected(file: 'check.txt' | 'fix.sql'): string | null;
  update(file: 'check.txt' | 'fix.sql', text: string): void;
}

const laws: readonly string[] = ['cured', 'healthy', 'incurable'] satisfies readonly Law[];

/**
 * Every situation, by name. The first lines of setup.sql declare it: `-- law: cured`, `-- options: --link …`. A line
 * `\guard schema.table.column` stands for the statements that guard that column.
 */
export const situations: readonly Situation[] = readdirSync(fromRoot('test', 'situations')).toSorted().map(read);

function read(name: string): Situation {
  const path = (file: string): string => fromRoot(join('test', 'situations', name, file));
  const optional = (file: string): string | null => (existsSync(path(file)) ? readFileSync(path(file), 'utf8') : null);
  const setup = readFileSync(path('setup.sql'), 'utf8');
  const declared = Object.fromEntries(
    [...setup.matchAll(/^-- (law|options|exit|fix-exit|since|advised|servers): *(.*)$/gm)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  const exit = Number(declared['exit'] ?? (declared['law'] === 'healthy' ? 0 : 1));
  const law = declared['law'] ?? '';
  if (!laws.includes(law)) throw new Error(`test/situations/${name}/setup.sql declares no law`);
  return {
    name,
    law: law as Law,
    options: [...(declared['options'] ?? '').matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    ),
    exit,
    fixExit: Number(declared['fix-exit'] ?? exit),
    since: Number(declared['since'] ?? 13),
    onServersOnly: declared['servers'] === 'only',
    advised: declared['advised'] === undefined ? null : Number(declared['advised']),
    setup: withGuards(setup),
    insert: optional('insert.sql'),
    expected: optional,
    update: (file, text) => writeFileSync(path(file), text),
  };
}

/** The setup with guards in place of its lines `\guard schema.table.column`; what all guards call is made by the first. */
function withGuards(setup: string): string {
  let objects = guardObjects.join('\n');
  return setup.replaceAll(/^\\guard (\S+)\.(\S+)$/gm, (_, table: string, column: string) => {
    const first = objects;
    objects = '';
    return `${first}select pgseq.protect(${quoteLiteral(table)}, ${quoteLiteral(column)});`;
  });
}
