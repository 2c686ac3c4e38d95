import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutMessage } from '../../src/dump/ending.ts';
import { scanDump } from '../../src/dump/scan.ts';

// Whether a script was cut, told by its own words: pg_dump ends each of its scripts with a line of its own.

const title = '--\n-- PostgreSQL database dump\n--\n\n';
const closing = '--\n-- PostgreSQL database dump complete\n--\n\n';
const rows = 'COPY public.t (id, name) FROM stdin;\n1\tone\n2\ttwo\n\\.\n\n';
const whole = `${title}SET x = 1;\n${rows}${closing}`;
const restricted = `${title}\\restrict abc\n\nSET x = 1;\n${rows}${closing}\\unrestrict abc\n\n`;
const cluster = `--\n-- PostgreSQL database cluster dump\n--\n\n\\restrict k\n\nCREATE ROLE a;\n\n\\unrestrict k\n\n\\connect a\n${whole}${whole}--\n-- PostgreSQL database cluster dump complete\n--\n\n`;
const missing = 'its closing line, "-- PostgreSQL database dump complete", is missing';

/** What is said of a script, whatever the size of the pieces that it comes in. */
async function said(script: string): Promise<string | null> {
  const bytes = Buffer.from(script);
  const all = await Promise.all(
    [1, 5, 64, bytes.length || 1].map(async (size) => {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const { cut } = await scanDump(pieces);
      return cut === null ? null : cutMessage('x', cut);
    }),
  );
  assert.equal(new Set(all).size, 1, all.join('\n'));
  return all[0] ?? null;
}

const sound: Readonly<Record<string, string>> = {
  'nothing of pg_dump': 'create table t (id int);\ninsert into t values (1);',
  'its rows, the last line without an end': 'COPY t FROM stdin;\n1\n\\.',
  'a dump': whole,
  'a dump without the end of its last comment': whole.slice(0, -'\n--\n\n'.length),
  'a dump with \\restrict': restricted,
  'with CRLF': restricted.replaceAll('\n', '\r\n'),
  'behind another': whole + restricted,
  'behind statements of another': `create role a;\n${whole}select 1;\n`,
  'of pg_dumpall': cluster,
  'the title in a function': `${title}CREATE FUNCTION f() RETURNS text AS $$\n-- PostgreSQL database dump\n$$;\n${closing}`,
  'a dump as the rows of a table': `${title}COPY l (line) FROM stdin;\n${title}x\n${closing}\\.\n${closing}`,
};
for (const [what, script] of Object.entries(sound))
  test(`whole: ${what}`, async () => {
    assert.equal(await said(script), null);
  });

const cuts: Readonly<Record<string, readonly [script: string, said: string]>> = {
  'within a value': [
    whole.slice(0, whole.indexOf('wo\n')),
    `x is truncated at line 8: within the rows of public.t, and ${missing}`,
  ],
  'behind a row': [
    whole.slice(0, whole.indexOf('2\ttwo')),
    `x is truncated at line 7: within the rows of public.t, and ${missing}`,
  ],
  'within the end of the rows': [
    whole.slice(0, whole.indexOf('\\.') + 1),
    `x is truncated at line 9: within the rows of public.t, and ${missing}`,
  ],
  'between statements': [whole.slice(0, whole.indexOf('COPY')), `x is truncated at line 5: ${missing}`],
  'within a statement': [whole.slice(0, whole.indexOf('T x')), `x is truncated at line 5: ${missing}`],
  'within its title': [title.trimEnd(), `x is truncated at line 3: ${missing}`],
  'within its closing line': [whole.slice(0, whole.indexOf('plete')), `x is truncated at line 12: ${missing}`],
  'with CRLF': [
    whole.replaceAll('\n', '\r\n').slice(0, -'complete\r\n--\r\n\r\n'.length),
    `x is truncated at line 12: ${missing}`,
  ],
  'ahead of \\unrestrict': [
    restricted.slice(0, restricted.indexOf('\\unrestrict')),
    'x is truncated at line 16: the \\unrestrict after its closing line is missing',
  ],
  'a dump behind one that was cut between statements': [
    title + whole,
    'x is truncated at line 6: another dump begins before this one is complete',
  ],
  'a dump behind one that was cut within rows': [
    whole.slice(0, whole.indexOf('wo\n')) + '\n' + whole,
    'x is truncated at line 10: another dump begins within the rows of public.t',
  ],
  'of pg_dumpall, between two databases': [
    cluster.slice(0, cluster.lastIndexOf(title)),
    `x is truncated at line ${cluster.slice(0, cluster.lastIndexOf(title)).split('\n').length - 1}: its closing line, "-- PostgreSQL database cluster dump complete", is missing`,
  ],
  'rows of a script of somebody else': [
    'COPY t FROM stdin;\n1\n2',
    'x is truncated at line 3: the \\. that ends the rows of public.t is missing',
  ],
};
for (const [what, [script, expected]] of Object.entries(cuts))
  test(`cut: ${what}`, async () => {
    assert.equal(await said(script), expected);
  });
