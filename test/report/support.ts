import assert from 'node:assert/strict';
import { check } from '../../src/core/check.ts';
import type { CheckOptions } from '../../src/core/model/options.ts';
import type { CheckedDatabase, CheckReport } from '../../src/core/model/report.ts';
import type { Database } from '../support/database.ts';
import { withQueryable } from '../support/queryable.ts';

/** Names that break formats: quotes, separators, markup, control characters, marks that cannot be seen, 63 bytes. */
export const hostileNames: readonly string[] = [
  '"quoted"',
  "it's",
  'a.b',
  '100%0A%',
  '\n::error::injected\n',
  'x\nINJECTED',
  '\r\n##[add-mask]x',
  '##vso[task.setvariable variable=PATH]/evil',
  '::add-mask::x',
  String.raw`\u0001 \u{e0041} \000a`,
  'a\u200b\u00ad\u{e0041}b',
  ']]>',
  '<script>&amp;</script>',
  'a|b',
  'a\\|b',
  '\\',
  '``',
  '`|`',
  '**bold** _it_ ~~no~~ [x](y)',
  '![i](https://example.com/i.png)',
  'https://example.com www.example.com',
  '@octocat #1 :tada:',
  'me@example.com',
  ' spaces  around ',
  '\u0001\u001b[31m\u007f\u009b2J',
  '\u202egnp.exe',
  '\ufffe\uffff\u2028\ufeff',
  'é e\u0301 \u{1f418}\u{1f469}\u200d\u{1f4bb}',
  ': , = { } # \t',
  'x'.repeat(63),
  `${'\u{1f418}'.repeat(15)}"|%`,
];

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** For each hostile name a schema, a sequence, a table and a column called so: behind; and a lonely sequence beside it. */
export const hostileSetup: string = hostileNames
  .map((name) => {
    const sequence = `${quote(name)}.${quote(name)}`;
    return `create schema ${quote(name)};
      create sequence ${sequence};
      create table ${quote(name)}."t" (${quote(name)} integer primary key default nextval(${literal(sequence)}));
      insert into ${quote(name)}."t" values (1), (7);
      create sequence ${quote(name)}."lonely";`;
  })
  .join('\n');

/** A sequence in every state that a superuser can bring about, and findings of all levels. */
export const statesSetup = `
  create table behind (id serial primary key);
  insert into behind values (4), (9);
  create table exhausted (id smallserial primary key);
  select setval('exhausted_id_seq', 32767);
  insert into exhausted values (32767);
  create table near (id smallserial primary key);
  select setval('near_id_seq', 32000);
  insert into near values (32000);
  create table ok (id bigserial primary key);
  insert into ok default values;
  create table empty (id bigserial primary key);
  create sequence unlinked;
  create sequence numbers;
  create table incomparable (id text default 'INV-' || nextval('numbers'));
  insert into incomparable default values;
  create table closed (id serial primary key);
  insert into closed default values;`;

/** Options under which `closed` of `statesSetup` is unknown: a role that may read everything but that. */
export async function closedTo(db: Database): Promise<string> {
  const role = db.role('reader');
  await db.query(
    `create role ${role}; grant select on all tables in schema public to ${role}; grant select on all sequences in schema public to ${role}; revoke select on closed from ${role}`,
  );
  return role;
}

/** What `check` finds in the database of a test. */
export async function checked(db: Pick<Database, 'url'>, options: CheckOptions = {}): Promise<CheckReport> {
  return await withQueryable(db.url, (queryable) => check(queryable, options));
}

/** Three databases of a configuration: one with this report twice, one that could not be reached. */
export function several(report: CheckReport, name = 'shop'): CheckedDatabase[] {
  return [
    { name, report, error: null },
    {
      name: `${name} of <yesterday>`,
      report: null,
      error: { code: '28P01', message: 'password authentication failed for user "app"\n100%', hint: 'see ~/.pgpass' },
    },
    { name: `${name} again`, report, error: null },
  ];
}

/** The report with its first finding accepted by a baseline, and the second ignored. */
export function accepting(report: CheckReport): CheckReport {
  const [first, second, ...findings] = report.findings;
  assert.ok(first !== undefined && second !== undefined);
  const accepted = [
    { ...first, by: 'baseline', reason: null },
    { ...second, by: 'ignore', reason: 'read only | since "May"' },
  ] as const;
  return { ...report, findings, accepted };
}

/** Options as the command gives them when nothing was asked. */
export const plain = { color: false, showOk: false } as const;
