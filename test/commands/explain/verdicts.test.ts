import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';

/** What explain makes of a text, with this database at hand. */
async function of(
  db: Pick<Database, 'url'>,
  text: string,
  ...options: string[]
): Promise<{ code: number | null; lines: string[]; said: string }> {
  const ended = await pgseq(['explain', '--quiet', '--url', db.url, ...options, '-'], { input: text });
  // Every command that is offered repeats the connection, another one in each test
  const [stdout, stderr] = [ended.stdout, ended.stderr].map((one) => one.replaceAll(` ${db.url}`, '')) as [
    string,
    string,
  ];
  const { code } = ended;
  return {
    code,
    said: `${stdout}${stderr}`,
    // Each command repeats the connection, which is another each time
    lines: stdout
      .replaceAll(` ${db.url}`, '')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim()),
  };
}

const cureOf = (lines: readonly string[]): string | undefined =>
  lines.find((line) => line.startsWith('cure:'))?.replace(/^cure: +/, '');

const duplicate = (constraint: string, key?: string): string =>
  `ERROR: duplicate key value violates unique constraint "${constraint}"${key === undefined ? '' : `\nDETAIL:  Key (id)=(${key}) already exists.`}`;

databaseTest(
  'where the statement gave the id and the sequence is behind, both are said; where it is well, the row was looked up',
  newest,
  `create table t (id serial primary key, v int); insert into t select generate_series(1, 5);
   create table well (id serial primary key, v int); insert into well (v) values (1), (2);`,
  async (db) => {
    const given = await of(db, `${duplicate('t_pkey', '3')}\nSTATEMENT:  insert into t (id) values (3)`);
    assert.equal(given.code, 1);
    assert.equal(
      given.lines[1],
      'The statement gave id itself, which no fix can cure: leave id out, or give another value.',
    );
    assert.equal(cureOf(given.lines), 'pgseq fix --sequence public.t_id_seq');
    for (const free of [
      'insert into t (v) values (3)',
      'insert into t (id, v) values (default, 3)',
      'insert into T default values',
    ]) {
      const { code, said } = await of(db, `${duplicate('t_pkey', '3')}\nSTATEMENT:  ${free}`);
      assert.equal(code, 1);
      assert.doesNotMatch(said, /gave id itself/, free);
    }
    const there = await of(db, `${duplicate('well_pkey', '2')}\nSTATEMENT:  insert into well (id) values (2)`);
    assert.deepEqual(there, {
      ...there,
      code: 0,
      lines: [
        'the sequence is fine: public.well.id: the next id is 3, and ids up to 2 exist (sequence public.well_id_seq)',
        'The row really exists: public.well has id = 2.',
        'The statement gave id itself: leave it out, or give another value.',
      ],
    });
    const gone = await of(db, duplicate('well_pkey', '77'));
    assert.equal(gone.code, 0);
    assert.equal(gone.lines[1], 'This database shows no such row: public.well has no row with id = 77 now.');
    assert.doesNotMatch(gone.said, /really there/);
    const update = await of(db, `${duplicate('t_pkey', '3')}\nSTATEMENT:  update t set id = 3 where id = 4`);
    assert.match(update.lines[0] ?? '', /^An UPDATE takes no value from a sequence/);
    assert.deepEqual(
      [update.code, update.lines[1]],
      [1, 'Also: public.t.id: the next id would be 1, but ids up to 5 exist (sequence public.t_id_seq).'],
    );
    // Nobody looked: nothing is said of the row
    const unseen = await of(db, duplicate('well_pkey'));
    assert.doesNotMatch(unseen.said, /really exists|shows no such row/);
  },
);

databaseTest(
  'a constraint of one name in several schemas: the one that holds the key, then the search_path, and the others named',
  newest,
  `${['t1', 't2', 't3'].map((name) => `create schema ${name}; create table ${name}.users (id serial primary key);`).join('\n')}
   insert into t1.users values (1); insert into t2.users select generate_series(1, 5); insert into t3.users select generate_series(1, 5);
   select setval('t3.users_id_seq', 5);`,
  async (db) => {
    const path = (schema: string): Pick<Database, 'url'> => ({
      url: `${db.url}${db.url.includes('?') ? '&' : '?'}options=-c%20search_path%3D${schema}`,
    });
    const first = async (from: Pick<Database, 'url'>, text: string): Promise<string | undefined> =>
      /\bt\d\.users_id_seq/.exec((await of(from, text)).lines[0] ?? '')?.[0];
    assert.equal(await first(path('t2'), duplicate('users_pkey', '4')), 't2.users_id_seq');
    assert.equal(await first(path('t1'), duplicate('users_pkey', '4')), 't2.users_id_seq', 'only t2 and t3 hold it');
    assert.equal(await first(path('t3'), duplicate('users_pkey', '1')), 't3.users_id_seq');
    assert.equal(await first(path('t3'), duplicate('users_pkey')), 't3.users_id_seq', 'no key to look for');
    assert.equal(
      await first(db, `${duplicate('users_pkey', '1')}\nSTATEMENT: insert into T1.users default values`),
      't1.users_id_seq',
    );
    assert.equal(
      await first(db, `${duplicate('users_pkey', '1')}\nSCHEMA NAME:  t1\nTABLE NAME:  users`),
      't1.users_id_seq',
    );
    const { said } = await of(path('t2'), duplicate('users_pkey', '4'));
    assert.match(said, /users_pkey also exists in t1\.users, t3\.users\./);
    const any = await of(db, duplicate('users_pkey'));
    assert.equal(any.code, 1);
    assert.match(
      any.said,
      /users_pkey exists in t1\.users, t2\.users, t3\.users; the error does not say which one it means/,
    );
  },
);

databaseTest(
  'a child whose key refers to a key that a sequence feeds, however far up',
  servers,
  `create table place (id serial primary key);
   create table shop (place_ptr_id int primary key references place);
   create table bakery (shop_ptr_id int primary key references shop);
   insert into place select generate_series(1, 9); insert into shop select generate_series(1, 9); insert into bakery values (1);`,
  async (db) => {
    for (const [table, column] of [
      ['shop', 'place_ptr_id'],
      ['bakery', 'shop_ptr_id'],
    ] as const) {
      const { code, lines, said } = await of(
        db,
        `${duplicate(`${table}_pkey`)} DETAIL: Key (${column})=(1) already exists.`,
      );
      assert.equal(code, 1);
      assert.match(
        lines[0] ?? '',
        /refers to public\.place\.id, which public\.place_id_seq feeds: .* the next id would be 1/,
      );
      assert.equal(cureOf(lines), 'pgseq fix --sequence public.place_id_seq');
      assert.doesNotMatch(said, /no sequence feeds|really there/);
    }
  },
);

databaseTest(
  'keys that an application draws from a sequence: it is named, and the cure carries the link and works',
  newest,
  `create sequence users_id_seq; create table users (id int primary key); insert into users values (1), (2), (3); select nextval('users_id_seq');
   create sequence vegetable_seq increment 50; create table vegetable (id bigint primary key); insert into vegetable values (1), (2);
   select setval('vegetable_seq', 3, false);
   create sequence "Order_SEQ"; create table "Order" (id bigint primary key); insert into "Order" values (8);
   create sequence "EntityFrameworkHiLoSequence" increment 10; create table blog (id int primary key); insert into blog values (1), (25);`,
  async (db) => {
    for (const [constraint, link] of [
      ['users_pkey', 'public.users_id_seq=public.users.id'],
      ['vegetable_pkey', 'public.vegetable_seq=public.vegetable.id@below'],
      ['Order_pkey', `'public."Order_SEQ"=public."Order".id'`],
      ['blog_pkey', `'public."EntityFrameworkHiLoSequence"=public.blog.id@above'`],
    ] as const) {
      const { code, lines, said } = await of(db, duplicate(constraint, '1'));
      assert.equal(code, 1, said);
      assert.ok(said.includes(`--link ${link}`), said);
      assert.doesNotMatch(said, /guard install|really there|no sequence feeds/);
      const cure = cureOf(lines) ?? '';
      assert.ok(cure.endsWith(` --link ${link}`), cure);
      const words = [...cure.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
      const fixed = await pgseq([...words.slice(1), '--quiet', db.url]);
      assert.equal(fixed.code, 0, fixed.stdout + fixed.stderr);
      assert.match(fixed.stdout, /^moved /);
    }
    // Given by whoever asks: the same cure
    await db.query("select setval('users_id_seq', 1)");
    const given = await of(db, duplicate('users_pkey', '1'), '--link', 'users_id_seq=users.id');
    const cure = cureOf(given.lines) ?? '';
    assert.equal(cure.split(' --link ').length, 2, cure);
    assert.ok(cure.startsWith('pgseq fix --sequence public.users_id_seq --link users_id_seq=users.id'), cure);
  },
);

databaseTest(
  'keys of text, keys that nothing feeds: what is known and no more',
  newest,
  `create sequence seq_manhole_oid;
   create function generate_oid(t text) returns text language sql as $$ select 'ch' || nextval('seq_' || t || '_oid') $$;
   create table manhole (obj_id varchar primary key default generate_oid('manhole')); insert into manhole values ('ch7');
   create sequence inv; create table invoice (no text primary key default 'INV-' || nextval('inv')); insert into invoice values ('INV-1');
   create table token (id uuid primary key default gen_random_uuid()); insert into token values ('d2289403-b5f0-4e2c-8a3e-0123456789ab');
   create table bare (id int primary key); insert into bare values (7);
   create table pair (a int, b int, primary key (a, b)); insert into pair values (1, 2);
   create sequence ring maxvalue 9 cycle; create table round (id int primary key default nextval('ring')); insert into round select generate_series(1, 9);
   create table lone (id serial primary key); insert into lone values (2147483000);
   create table sole (id int primary key, mail_id int unique); 
   create table mail (id serial primary key, address text); alter table sole add foreign key (mail_id) references mail; insert into mail values (5); insert into sole values (1, 5); create unique index mail_lower on mail (lower(address));`,
  async (db) => {
    const detail = (constraint: string, column: string, value: string): string =>
      `${duplicate(constraint)} DETAIL: Key (${column})=(${value}) already exists.`;
    const text = await of(db, detail('manhole_pkey', 'obj_id', 'ch7'));
    assert.equal(text.code, 0);
    assert.match(
      text.lines[0] ?? '',
      /the default of .* is .*generate_oid.*; the catalogs do not show whether that uses a sequence/,
    );
    assert.match(text.said, /public\.seq_manhole_oid, whose next value is 1\./);
    assert.doesNotMatch(text.said, /no sequence|whole number/);
    const invoice = await of(db, detail('invoice_pkey', 'no', 'INV-1'));
    assert.match(invoice.lines[0] ?? '', /^public\.inv feeds public\.invoice\.no, but the two cannot be compared/);
    assert.match(
      (await of(db, detail('token_pkey', 'id', 'd2289403-b5f0-4e2c-8a3e-0123456789ab'))).said,
      /really exists: public\.token/,
    );
    const bare = await of(db, duplicate('bare_pkey', '7'));
    assert.deepEqual(
      [bare.code, ...bare.lines.slice(0, 2)],
      [
        0,
        'no sequence feeds public.bare.id, and it has no default: the INSERT must give the value',
        'The row really exists: public.bare has id = 7.',
      ],
    );
    assert.match(
      bare.said,
      /\(locks "public"\."bare" for a moment [^\n]*: alter table "public"\."bare" alter column "id" add generated by default as identity \(start with 8\);/,
    );
    assert.match(
      (await of(db, detail('pair_pkey', 'a, b', '1, 2'))).said,
      /The row really exists: public\.pair has a, b = 1, 2\./,
    );
    assert.match(
      (await of(db, duplicate('round_pkey', '1'))).said,
      /public\.ring cycles from 1 to 9, and its next value is 1/,
    );
    const lone = await of(db, duplicate('lone_pkey', '2147483000'));
    assert.deepEqual([lone.code, cureOf(lone.lines)], [0, undefined]);
    assert.match(lone.said, /Outlying ids far ahead \(2147483000\)/);
    // A unique reference that is no primary key is given: that its parent's sequence is behind is another matter
    const only = await of(db, detail('sole_mail_id_key', 'mail_id', '5'));
    assert.deepEqual(
      [only.code, only.lines],
      [
        0,
        [
          'no sequence feeds public.sole.mail_id: it refers to public.mail.id, and the INSERT must give the value',
          'The row really exists: public.sole has mail_id = 5.',
        ],
      ],
    );
    const expression = await of(db, detail('mail_lower', 'lower(address)', 'a'));
    assert.deepEqual([expression.code, expression.lines], [0, ['no sequence feeds a column of mail_lower']]);
  },
);

databaseTest(
  'a little is enough to start from; what is not here is of another database',
  newest,
  `create table otp (id serial primary key); insert into otp select generate_series(1, 9);
   create table "Users" (id serial primary key); insert into "Users" default values;
   create schema app; create table app.hidden (id serial primary key);`,
  async (db) => {
    for (const text of [
      '23505',
      'P2002',
      'otp_pkey',
      'OTP_PKEY',
      'otp',
      'public.otp',
      'otp_id_seq',
      'public.otp_id_seq',
      'Key (id)=(1) already exists',
      'UniqueViolation',
      `ERROR: ${duplicate('otp_pkey').slice(7).replaceAll('"', '')}`,
    ]) {
      const { code, said } = await of(db, text);
      assert.equal(code, 1, `${text}: ${said}`);
      assert.match(said, /public\.otp\.id: the next id would be 1/, text);
    }
    assert.equal((await of(db, 'Users')).code, 0);
    assert.equal((await of(db, 'users_pkey')).code, 0, 'in another case');
    for (const text of [
      'elsewhere_seq',
      'nextval: reached maximum value of sequence "elsewhere_seq" (800)',
      duplicate('elsewhere_pkey', '1'),
      'elsewhere.otp_id_seq',
    ]) {
      const { code, said } = await of(db, text);
      assert.equal(code, 2, text);
      assert.match(said, /this database has no .*: does the error come from another one\?/);
      assert.doesNotMatch(said, /cure|really there/);
    }
    const typed = await pgseq(['explain', '--url', db.url, '--quiet', 'behnid']);
    assert.equal(typed.code, 2);
    assert.match(
      typed.stderr,
      /behnid is neither a rule nor a table, constraint or sequence of this database\n {2}did you mean behind\?/,
    );
    assert.match(
      (await of(db, 'relation "hidden_id_seq" does not exist')).lines[0] ?? '',
      /^app\.hidden_id_seq exists, but its schema is not on the search_path/,
    );
    assert.match(
      (await of(db, 'relation "nothing_id_seq" does not exist')).lines[0] ?? '',
      /^this database has no sequence nothing_id_seq either/,
    );
    await db.query('alter sequence otp_id_seq rename to numbers');
    assert.equal(
      (await of(db, 'relation "otp_id_seq" does not exist')).lines[0],
      'this database has no sequence otp_id_seq: public.otp.id is fed by public.numbers',
    );
  },
);

databaseTest(
  'used up: a sequence that feeds nothing, a column that is full',
  newest,
  `create sequence answers maxvalue 800; select setval('answers', 800);
   create sequence s; create table states (id int primary key default nextval('s')); select setval('s', 2147483647);
   create table small (id smallserial primary key, v int); select setval('small_id_seq', 5);`,
  async (db) => {
    const answers = await of(db, 'nextval: reached maximum value of sequence answers (800)');
    assert.deepEqual([answers.code, answers.lines[0]], [1, 'public.answers has handed out its last value, 800']);
    const used = answers.lines.findIndex((line) => line.startsWith('cure:'));
    assert.deepEqual(answers.lines.slice(used, used + 2), [
      'cure:     -- rewrites no table; inserts that use it wait until this transaction ends',
      'alter sequence "public"."answers" no maxvalue;',
    ]);
    const full = await of(db, 'ERROR:  integer out of range\nSTATEMENT:  INSERT INTO States DEFAULT VALUES');
    assert.deepEqual(
      [full.code, full.lines[0]],
      [
        1,
        'the next value of public.s is 2147483648, which public.states.id (integer) cannot hold, although public.states.id is empty',
      ],
    );
    // The cure is that of check's finding, a statement a line, and its condition stands before it
    assert.match(
      full.lines[1] ?? '',
      /set it back by hand \(alter sequence "public"\."s" restart with 1\); otherwise widen it\.$/,
    );
    await db.query(
      "insert into states values (2147483647); alter sequence s as integer; select setval('s', 2147483647)",
    );
    const wider = await of(db, 'nextval: reached maximum value of sequence "s" (2147483647)');
    assert.match(wider.lines[1] ?? '', /Widening a column rewrites its table/);
    const at = wider.lines.findIndex((line) => line.startsWith('cure:'));
    // How large an empty table is differs from server to server
    assert.deepEqual(
      wider.lines.slice(at, at + 5).map((line) => line.replace(/\(\d+(?:\.\d)? kB\)/, '(… kB)')),
      [
        'cure:     -- rewrites "public"."states" and its indexes (… kB): blocks all reads and writes until done (ACCESS EXCLUSIVE)',
        'alter table "public"."states" alter column "id" type bigint;',
        '-- rewrites no table; inserts that use it wait until this transaction ends',
        'alter sequence "public"."s" as bigint;',
        'prevent:  pgseq check   in CI or cron warns when 80 % of the values are used (near-limit)',
      ],
    );
    await db.query('alter sequence s as bigint; truncate states');
    assert.equal((await of(db, 'integer out of range')).code, 1);
    const small = await of(
      db,
      'ERROR:  smallint out of range\nSTATEMENT:  insert into small (id, v) values (40000, 1)',
    );
    assert.deepEqual(
      [small.code, small.lines],
      [0, ['no sequence that feeds small is used up: the statement itself gave a value too large for smallint']],
    );
    await db.query('alter sequence answers maxvalue 900');
    const since = await of(db, 'nextval: reached maximum value of sequence answers (800)');
    assert.equal(since.code, 0);
    assert.match(since.said, /It has values left now/);
  },
);

databaseTest(
  'a column of ids that got no value: what numbers it, or the line that has PostgreSQL number it',
  newest,
  `create table alert (id bigint primary key, v int); insert into alert values (41);
   create table users (id int primary key, v int); create sequence users_id_seq; insert into users values (1), (2);
   create table owned (id int primary key, v int); create sequence owned_seq owned by owned.id;
   create table fine (id serial primary key, v int); create table child (id int primary key references fine, v int);
   create schema other; create table other.alert (id serial primary key);`,
  async (db) => {
    const failed = async (statement: string): Promise<string> =>
      await db.query(statement).then(
        () => assert.fail(statement),
        (error: unknown) => `ERROR:  ${(error as Error).message}\nSTATEMENT:  ${statement}`,
      );
    const said = async (statement: string): Promise<[number | null, ...string[]]> => {
      const { code, lines } = await of(db, await failed(statement));
      return [code, ...lines];
    };
    const [code, message, cure] = await said('insert into alert (v) values (1)');
    assert.deepEqual(
      [code, message],
      [0, 'nothing generates public.alert.id: it has no default and no identity, and no sequence feeds it'],
    );
    await db.query((cure ?? '').replace(/^.*: (?=alter)/, ''));
    await db.query('insert into alert (v) values (1)');
    assert.deepEqual(await db.query('select max(id) from alert'), [['42']]);

    const lost = await said('insert into users (v) values (1)');
    assert.equal(lost[0], 1);
    assert.match(
      lost[2] ?? '',
      /^By its name, public\.users_id_seq did, but the default was lost: .* the next id would be 1, but /,
    );
    await db.query((lost[3] ?? '').replace(/^To restore it \(.*?\): (?=alter)/, ''));
    assert.match(
      (await of(db, duplicate('users_pkey', '1'))).lines[0] ?? '',
      /^public\.users\.id: the next id would be 1/,
    );

    const client = await said('insert into owned (v) values (1)');
    assert.equal(
      client[1],
      'public.owned.id has no default, although it owns public.owned_seq: the INSERT must give a value from it',
    );
    await db.query((client.find((line) => String(line).startsWith('To let ')) as string).replace(/^.*: (?=alter)/, ''));
    await db.query('insert into owned (v) values (1)');

    const [fine, why] = await said('insert into fine (id) values (null)');
    assert.deepEqual(
      [fine, why?.startsWith('public.fine.id takes its value from public.fine_id_seq when ')],
      [0, true],
    );
    assert.match(
      (await said('insert into child (v) values (1)'))[1] ?? '',
      /refers to public\.fine\.id: the INSERT must/,
    );
    const elsewhere = await of(db, 'null value in column id of relation nowhere violates not-null constraint');
    assert.equal(elsewhere.code, 2);
  },
);
