import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTypedPassword } from '../../../src/cli/typed-password.ts';
import { pgseq } from '../../support/pgseq.ts';

const typed = [
  'postgres://app:secret@db/shop',
  'postgresql://:secret@/shop',
  '--url=postgres://app:secret@db/shop',
  'mysql://root:secret@db/shop',
  'postgresql+psycopg2://app:se/cret@db/shop',
  'postgres://db/shop?sslmode=require&password=secret',
  'app:secret@db/shop',
  'password=secret',
  "host=db user='the app' password = secret",
  '--to=host=db password=secret',
];
const harmless = [
  'postgres://app@db/shop',
  'postgres://db:5432/shop',
  'postgres://app@db:5432/shop',
  'shop',
  'host=db passfile=/x/pgpass',
  'DETAIL:  Key (email)=(a:b@example.org) already exists.',
  'Key (password)=(x) already exists',
  '--table=public.users',
];

test('a typed password is seen, and nothing else is taken for one', () => {
  for (const word of typed) assert.equal(hasTypedPassword(['check', word]), true, word);
  for (const word of harmless) assert.equal(hasTypedPassword(['check', word]), false, word);
});

test('a typed password is said to have been visible, once, and --quiet leaves it out', async () => {
  const url = 'postgres://app:secret@127.0.0.1:1/shop';
  const { stderr } = await pgseq(['check', url]);
  assert.equal(stderr.match(/could see the password with ps/g)?.length, 1);
  assert.doesNotMatch(stderr, /secret/);
  assert.doesNotMatch((await pgseq(['check', '-q', url])).stderr, /ps showed/);
  assert.doesNotMatch((await pgseq(['check'], { env: { DATABASE_URL: url } })).stderr, /ps showed/);
});
