import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import type { Context } from '../../../src/commands/command.ts';
import { load, type RestoreLoad } from '../../../src/commands/restore/load.ts';
import { folder } from '../support.ts';

// What pg_restore and psql say while they work: programs that say the same stand in for them.

interface Heard {
  readonly told: string[];
  readonly progress: string[];
}

/** Runs a shell script in place of a program; `onTold` hears what is passed on, as it comes. */
async function run(
  t: TestContext,
  loading: Partial<RestoreLoad>,
  script: string,
  onTold: (directory: string) => void = () => undefined,
): Promise<Heard & Awaited<ReturnType<typeof load>>> {
  const directory = folder(t, 'program', `#!/bin/sh\n${script}`);
  const path = join(directory, 'program');
  chmodSync(path, 0o755);
  const heard: Heard = { told: [], progress: [] };
  const context: Context = {
    env: process.env,
    cwd: directory,
    output: { color: false, write: () => Promise.resolve() },
    tell(line) {
      heard.told.push([line].flat().join('\n'));
      onTold(directory);
    },
    note: () => undefined,
    isWatched: true,
    progress: (words) => heard.progress.push(words),
    input: () => Readable.from([]),
    signal: AbortSignal.timeout(60_000),
    offering: { program: 'pgseq', conninfo: undefined, flags: [], role: [], entry: null, links: [], looking: [] },
    lendSignals: () => () => undefined,
  };
  const whole: RestoreLoad = { program: 'psql', path, args: [], env: {}, input: null, tables: 2, ...loading };
  return { ...heard, ...(await load(whole, () => Promise.resolve(5_300_000n), context)) };
}

test('progress: the table, how many of how many, what the server has copied', async (t) => {
  const { exitCode, progress, told } = await run(
    t,
    { program: 'pg_restore' },
    `echo 'pg_restore: connecting to database for restore' >&2
     echo 'pg_restore: processing data for table "public.a "b""' >&2; sleep 2.5`,
  );
  assert.deepEqual([exitCode, told], [0, []]);
  assert.match(progress[0] ?? '', /^restoring public\.a "b", table 1\/2, \d s$/);
  assert.match(progress[1] ?? '', /^restoring public\.a "b", table 1\/2, 5\.3 MB of it copied, \d s$/);
  assert.equal(progress.at(-1), '');
});

test('progress of a script: how much of it is read', async (t) => {
  const stream = (onRead: (bytes: number) => void): Readable => {
    onRead(60);
    return Readable.from([Buffer.from('select 1;\nCOPY public."a b" (id) FROM stdin;\n1\n\\.\n')]);
  };
  const { progress } = await run(t, { input: { stream, size: 80 } }, 'cat >/dev/null; sleep 1.5');
  assert.match(progress[0] ?? '', /^restoring public\."a b", table 1\/2, 75 % read, \d s$/);
});

test('an error is passed on as soon as it is there, whole', async (t) => {
  const { told, errors } = await run(
    t,
    {},
    `printf 'psql:<stdin>:7: ERROR:  no\\nLINE 1: select no\\n               ^\\n' >&2
     while [ ! -e heard ]; do sleep 0.05; done
     printf 'psql:<stdin>:9: WARNING:  well\\n' >&2`,
    (directory) => writeFileSync(join(directory, 'heard'), ''),
  );
  assert.deepEqual(told, [
    'psql:<stdin>:7: ERROR:  no\nLINE 1: select no\n               ^',
    'psql:<stdin>:9: WARNING:  well',
  ]);
  assert.deepEqual(errors, ['line 7: no']);
});

test('errors of pg_restore come with what they belong to, and its chatter is left out', async (t) => {
  const { told, errors, exitCode } = await run(
    t,
    { program: 'pg_restore' },
    `cat >&2 <<'END'
pg_restore: creating TABLE "public.a"
pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 215; 1259 16385 TABLE a owner
pg_restore: error: could not execute query: ERROR:  relation "a" already exists
Command was: CREATE TABLE public.a (
    id integer
);


pg_restore: from TOC entry 3; 0 16385 TABLE DATA a owner
pg_restore: error: COPY failed for table "a": ERROR:  duplicate key
DETAIL:  Key (id)=(1) already exists.
pg_restore: creating INDEX "public.i"
pg_restore: warning: errors ignored on restore: 2
END
exit 1`,
  );
  assert.equal(exitCode, 1);
  assert.deepEqual(errors, [
    'TABLE a owner: could not execute query: ERROR:  relation "a" already exists',
    'TABLE DATA a owner: COPY failed for table "a": ERROR:  duplicate key',
  ]);
  assert.deepEqual(
    told.map((block) => block.split('\n').length),
    [6, 3, 1],
  );
});

test('errors are known in the language of the server; warnings and notices are none', async (t) => {
  const said = ['FEHLER', 'ERREUR', 'ОШИБКА', '错误', 'WARNUNG', 'HINWEIS', 'NOTICE', 'FATAL'];
  const { errors } = await run(
    t,
    {},
    said.map((word, n) => `echo 'psql:<stdin>:${n + 1}: ${word}:  x' >&2`).join('\n'),
  );
  assert.deepEqual(errors, ['line 1: x', 'line 2: x', 'line 3: x', 'line 4: x', 'line 8: x']);
});
