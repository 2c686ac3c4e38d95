import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { fromRoot } from '../../support/root.ts';
import { newest } from '../../support/servers.ts';
import { behind, ends } from '../support.ts';

const text =
  'ERROR:  duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(4) already exists.';

test('explain tells what the text tells, and what to run', async () => {
  ends(await pgseq(['explain', `${text}\nSTATEMENT:  insert into "we'ird" (v) values (1)`]), {
    code: 0,
    stdout: `duplicate key in users_pkey: the key (id)=(4) of we'ird exists already
  Most likely the sequence behind this primary key is out of sync: it hands out ids that already exist.
  pgseq has not looked at your database. For its values, the cause and the cure, add: --url CONNECTION
  or: pgseq check -t '*."we'\\''ird"'   with psql only: pgseq sql check -t '*."we'\\''ird"' | psql
`,
  });
});

databaseTest('explain - reads standard input, and asks the database that is named', newest, behind, async (db) => {
  const { code, stdout } = await pgseq(['explain', '--quiet', '--url', db.url, '-'], { input: text });
  assert.equal(code, 1);
  assert.equal(
    stdout,
    `duplicate key in users_pkey: the key (id)=(4) exists already
  public.users.id: the next id would be 4, but ids up to 16 exist (sequence public.users_id_seq)
  Up to 13 inserts fail from now on: 4 is taken. Each failed one uses up an id, so it will seem to heal; it does not.
  why:      Rows were stored with ids that did not come from the sequence (a seed, a script, a sync, an import, by hand), or it was set back.
  cure:     pgseq fix --sequence public.users_id_seq ${db.url}
  prevent:  pgseq guard install -t public.users ${db.url}   keeps it ahead of rows that bring their own ids
            pgseq import, pgseq run -- …, inStepAfter() of the library   around code that loads rows
            pgseq check ${db.url}   in CI and before each deploy finds it before an insert fails
`,
  );
  // Not asked of a database that nobody named
  const alone = await pgseq(['explain', text], { env: { DATABASE_URL: db.url } });
  assert.deepEqual([alone.code, alone.stdout.includes('--url CONNECTION')], [0, true]);
});

test('the name of a rule prints its page', async () => {
  ends(await pgseq(['explain', 'behind']), {
    code: 0,
    stdout: readFileSync(fromRoot('docs', 'findings', 'behind.md'), 'utf8'),
  });
});

test('what explain cannot read is told', async () => {
  ends(await pgseq(['explain', 'behnid']), {
    code: 2,
    stderr: 'pgseq: behnid is neither a rule nor an error that pgseq can read\n  did you mean behind?\n',
  });
  // A word may be a name; only a database knows
  const word = await pgseq(['explain', 'users']);
  assert.equal(word.code, 2);
  assert.match(
    word.stderr,
    /users is neither a rule nor an error.*\n {2}if it is a table, a constraint or a sequence: pgseq explain users --url CONNECTION/,
  );
  assert.equal((await pgseq(['explain', 'users_pkey'])).code, 0);
  ends(await pgseq(['explain']), {
    code: 2,
    stderr:
      'pgseq: no error given: pass its text, or - to read it from standard input\n' +
      `  pgseq explain 'duplicate key value violates unique constraint "users_pkey"'\n`,
  });
  ends(await pgseq(['explain', 'Duplicate entry', "'1' for key 'PRIMARY'"]), {
    code: 2,
    stdout: 'No duplicate-key or sequence error found in this text.\n',
  });
});
