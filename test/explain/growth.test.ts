import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readErrors } from '../../src/explain/read-errors.ts';

// Logs hold tens of thousands of errors: what reading takes must grow with the text, and no faster. Counted, not timed: the
// characters that expressions and searches look at.

const message = 'duplicate key value violates unique constraint "users_pkey"';
const clock = (i: number): string =>
  `2026-01-01 10:${String(Math.floor(i / 600) % 60).padStart(2, '0')}:${String(Math.floor(i / 10) % 60).padStart(2, '0')}.${i % 10}00 UTC`;

/** What PostgreSQL logs, of so many sessions that take turns. */
function logOf(errors: number, sessions: number): string {
  return Array.from({ length: errors }, (_, i) => {
    const head = `${clock(i)} [${4000 + (i % sessions)}] app@shop`;
    return `${head} ERROR:  ${message}\n${head} DETAIL:  Key (id)=(${i}) already exists.\n${head} STATEMENT:  insert into users (name) values ('n${i}')\n`;
  }).join('');
}

const texts: Readonly<Record<string, (errors: number) => string>> = {
  'a log of one session': (errors) => logOf(errors, 1),
  'a log of forty sessions that take turns': (errors) => logOf(errors, 40),
  'a log in which each error is of a session of its own': (errors) => logOf(errors, errors),
  'what psql says of a script': (errors) =>
    Array.from(
      { length: errors },
      (_, i) => `psql:rows.sql:${i + 1}: ERROR:  ${message}\nDETAIL:  Key (id)=(${i}) already exists.\n`,
    ).join(''),
  'one line': (errors) =>
    Array.from({ length: errors }, (_, i) => `{"level":"error","msg":"${message}","detail":"Key (id)=(${i})"}`).join(
      ',',
    ),
  'one line with a time and a process each': (errors) =>
    Array.from({ length: errors }, (_, i) => `{"time":"${clock(i)}","pid":${4000 + (i % 40)},"msg":"${message}"}`).join(
      ',',
    ),
  'sequences that are not there, in one line': (errors) =>
    Array.from({ length: errors }, (_, i) => `sequence "s${i % 5}_seq" does not exist`).join('; '),
};

/** How many characters are looked at while it works. */
function scanned(work: () => void): number {
  let count = 0;
  const { exec } = RegExp.prototype;
  const { split, indexOf, lastIndexOf } = String.prototype;
  const counting = {
    split(this: string, ...given: Parameters<typeof split>): string[] {
      count += this.length;
      return split.apply(this, given);
    },
    indexOf(this: string, what: string, from = 0): number {
      const found = indexOf.call(this, what, from);
      count += (found === -1 ? this.length : found) - from + 1;
      return found;
    },
    lastIndexOf(this: string, what: string, from = this.length): number {
      const found = lastIndexOf.call(this, what, from);
      count += Math.min(from, this.length) - found;
      return found;
    },
  };
  Object.assign(String.prototype, counting);
  Object.assign(RegExp.prototype, {
    exec(this: RegExp, text: string): RegExpExecArray | null {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const found = exec.call(this, text);
      count += (found === null ? text.length : found.index + found[0].length) - from + 1;
      return found;
    },
  });
  try {
    work();
  } finally {
    Object.assign(RegExp.prototype, { exec });
    Object.assign(String.prototype, { split, indexOf, lastIndexOf });
  }
  return count;
}

for (const [name, make] of Object.entries(texts))
  test(`ten times as many errors take ten times as much: ${name}`, (t) => {
    const [few, many] = [make(60), make(600)];
    const [small, large] = [few, many].map((text) => scanned(() => void readErrors(text))) as [number, number];
    const [before, after] = [small / few.length, large / many.length];
    t.diagnostic(`${before.toFixed(0)} looks at a character, of ten times as many ${after.toFixed(0)}`);
    assert.ok(after < before * 1.3, `${after} looks at each character, and ${before} at a tenth of them`);
  });
