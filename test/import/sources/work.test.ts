import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanDump } from '../../../src/dump/scan.ts';
import { openSource } from '../../../src/import/sources/index.ts';
import { folder, options, problemOf, textOf } from './support.ts';

// Ten times the input is ten times the work. Counted: characters that patterns look at, and items that a list is searched through.

async function counted(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const { exec } = RegExp.prototype;
  const { indexOf, find, findIndex } = Array.prototype;
  const look = function (this: readonly unknown[], by: (...args: never[]) => unknown, args: unknown): unknown {
    count += this.length;
    return Reflect.apply(by, this, args as never[]);
  };
  Object.assign(RegExp.prototype, {
    exec(this: RegExp, text: string) {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const found: RegExpExecArray | null = Reflect.apply(exec, this, [text]);
      // As far as it had to look: up to what it found, or to the end, unless it is bound to where it begins
      count += found !== null ? found.index + found[0].length - from : this.sticky ? 0 : text.length - from;
      return found;
    },
  });
  for (const [name, by] of Object.entries({ indexOf, find, findIndex }))
    Object.assign(Array.prototype, {
      [name](this: readonly unknown[], ...args: unknown[]) {
        return look.call(this, by as never, args);
      },
    });
  try {
    await work();
  } finally {
    Object.assign(RegExp.prototype, { exec });
    Object.assign(Array.prototype, { indexOf, find, findIndex });
  }
  return count;
}

test('the work grows as the input does', async (t) => {
  const directory = folder(t);
  const read = async (name: string, content: string, more: Parameters<typeof options>[0] = {}): Promise<void> => {
    const path = join(directory, name);
    writeFileSync(path, content);
    const source = await openSource(path, options({ ...more, cwd: directory }));
    for (const table of source.tables) await textOf(table);
    await source.close();
  };
  const many = (count: number, one: (at: number) => string, between = ','): string =>
    Array.from({ length: count }, (_, at) => one(at)).join(between);
  const cases: Record<string, (size: number) => Promise<unknown>> = {
    'statements of a body': (n) =>
      scanDump([
        Buffer.from(`create function f() returns int language sql begin atomic\n${'select 1;\n'.repeat(n)}end;\n`),
      ]),
    'lines of a statement': (n) =>
      scanDump([Buffer.from(`insert into t values\n${"(1, 'a'),\n".repeat(n)}(2, 'b');\n`)]),
    'columns of a CSV': (n) =>
      read('a.csv', `${many(n, (at) => `c${at}`)}\n${many(n, String)}\n`, { encoding: 'LATIN1' }),
    'columns of a TSV': (n) => read('a.tsv', `${many(n, (at) => `c${at}`, '\t')}\n${many(n, String, '\t')}\n`),
    'lines of a value': (n) => read('b.tsv', `a\tb\n1\t${'x\\\n'.repeat(n)}y\n`),
    'tables of a document': (n) => read('a.json', `{${many(n, (at) => `"t${at}":[{"a":${at}}]`)}}`),
    'keys of a row': (n) => read('b.json', `[{${many(n, (at) => `"k${at}":${at}`)}}]`),
    'elements in an element': (n) => read('c.json', `[{"a":[${many(n, String)}]}]`),
    'backslashes in a text': (n) => read('a.ndjson', `{"a":"${'\\\\'.repeat(n)}"}\n`),
    'columns twice': async (n) => await problemOf(read('c.csv', `${many(n, (at) => `c${at}`)},c0\n`)),
  };
  for (const [what, work] of Object.entries(cases)) {
    const [little, much] = [await counted(() => work(200)), await counted(() => work(2000))];
    assert.ok(much < 12 * (little + 2000), `${what}: ${little} for 200, ${much} for 2000`);
  }
});
