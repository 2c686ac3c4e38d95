import { type Attack, attach } from './guard-attack.ts';

// Sequences that are not Mallory's to move, and guards that are not Mallory's to break.

/** More ids than a mistake has, far out. */
const far = 'select 9000000000000000000 + g from generate_series(1, 20) g';
const moved = 'select last_value > 1000000 from sales.v_id_seq';

/** A table of Mallory's from which the victim's sequence shall be moved. */
function borrow(name: string, make: string, more: Partial<Attack> & { how?: string; insert?: string } = {}): Attack {
  const { how, insert = `insert into shop.t (id) ${far}`, ...rest } = more;
  return { name, took: moved, steps: [['mallory', `${make}; ${attach('shop.t', how)}; ${insert}`]], ...rest };
}

const drawing = "create table shop.t (id bigint default nextval('sales.v_id_seq'), name text)";

/** What Mallory does to the guard of sales.v, and who guards what then; it has succeeded when the next id of its own is unseen. */
function breaking(name: string, steps: Attack['steps'], more: Partial<Attack> = {}): Attack {
  return {
    name,
    steps: [...steps, ['postgres', 'insert into sales.v (id) values (500)']],
    took: `select last_value < 500 or p.proowner <> 'postgres'::regrole
      from sales.v_id_seq, pg_trigger g join pg_proc p on p.oid = g.tgfoid where g.tgrelid = 'sales.v'::regclass order by 1 desc limit 1`,
    ...more,
  };
}

export const reachAttacks: readonly Attack[] = [
  borrow('the same column name', 'create table shop.t (id bigint)'),
  borrow('a default without the right to draw', drawing),
  borrow('a serial of its own', 'create table shop.t (id bigserial)'),
  borrow('for each row', drawing, { how: 'for each row' }),
  borrow('ids that were updated', `${drawing}; insert into shop.t values (1)`, {
    how: 'for each row',
    insert: `create trigger more after update on shop.t referencing new table as inserted for each statement execute function {call};
      insert into shop.t (id) select 1 from generate_series(1, 20); update shop.t set id = 9000000000000000000`,
  }),
  borrow('rows that were deleted', drawing, {
    how: 'for each row when (false)',
    insert: `create trigger more after delete on shop.t referencing old table as inserted for each statement execute function {call};
      insert into shop.t (id) ${far}; delete from shop.t`,
  }),
  borrow(
    'a partition',
    `${drawing.replace('shop.t', 'shop.root')} partition by list (name);
    create table shop.t partition of shop.root default`,
  ),
  borrow(
    'a partitioned table',
    `${drawing} partition by list (name); create table shop.part partition of shop.t default`,
  ),
  borrow(
    'an inheritance child',
    `${drawing.replace('shop.t', 'shop.parent')}; create table shop.t () inherits (shop.parent)`,
  ),
  borrow('a table called the same', 'create table shop.t (id bigint); create table shop.v (id bigint)', {
    insert: `create trigger more after insert on shop.v referencing new table as inserted for each statement execute function {call};
      set search_path = shop; insert into shop.v ${far}`,
    how: 'for each statement',
  }),
  {
    name: 'the right to draw becomes one to set',
    took: moved,
    steps: [
      ['postgres', 'grant usage on sequence sales.v_id_seq to mallory'],
      ['mallory', `${drawing}; ${attach('shop.t')}; insert into shop.t (id) ${far}`],
    ],
  },
  {
    name: 'the right to draw, and a guard from the event trigger',
    took: moved,
    steps: [
      ['postgres', 'grant usage on sequence sales.v_id_seq to mallory; {event}'],
      ['mallory', `${drawing}; insert into shop.t (id) ${far}`],
    ],
  },
  {
    name: 'the old name of a table',
    took: 'select last_value > 1000000 from sales.v_id_seq',
    steps: [
      ['postgres', 'alter table sales.v rename to w; grant create on schema sales to mallory'],
      [
        'mallory',
        `create table sales.v (id bigint default nextval('sales.v_id_seq')); ${attach('sales.v')}; insert into sales.v ${far}`,
      ],
    ],
  },
  {
    name: 'one mistyped id',
    took: moved,
    steps: [['mallory', 'insert into sales.v (id) values (9000000000000000000)']],
  },
  {
    name: 'ten ids, and another ten',
    took: moved,
    steps: [
      ['mallory', `insert into sales.v (id) ${far.replace('20', '5')}`],
      ['mallory', `insert into sales.v (id) ${far.replace('1, 20', '6, 10')}`],
    ],
  },
  {
    name: 'the mover itself',
    took: 'select last_value > 1000 from sales.v_id_seq',
    steps: [['mallory', "select {in}.forward('sales.v_id_seq', 900000)"]],
  },
  breaking('a guard that a superuser mends where it was borrowed', [
    ['mallory', `create table shop.t (id bigserial); ${attach('shop.t')}`],
    ['postgres', '{guard shop.t}'],
  ]),
  breaking('a guard that the event trigger mends where it was borrowed', [
    ['postgres', '{event}'],
    [
      'mallory',
      `create table shop.t (id bigserial); do $do$ declare t name; begin
         for t in select tgname from pg_trigger where tgrelid = 'shop.t'::regclass loop execute format('drop trigger %I on shop.t', t); end loop; end $do$; ${attach('shop.t')};
      alter table shop.t add name text`,
    ],
  ]),
  breaking('a guard that was borrowed by a table with the old name', [
    ['postgres', 'alter table sales.v rename to w; grant create on schema sales to mallory'],
    ['mallory', `create table sales.v (id bigserial); ${attach('sales.v')}`],
    ['postgres', '{guard sales.v}; drop table sales.v; alter table sales.w rename to v'],
  ]),
  breaking('a trigger in the place of another', [
    ['postgres', 'grant trigger on sales.v to mallory; {event}'],
    ['mallory', attach('sales.v', 'for each statement when (false)')],
  ]),
  {
    name: 'a trigger in the place of that for replication',
    took: "select not exists (select from pg_trigger where tgrelid = 'sales.v'::regclass and tgenabled = 'R')",
    steps: [
      ['postgres', 'grant trigger on sales.v to mallory; {event}'],
      ['mallory', 'create trigger borrowed after insert or update on sales.v for each row execute function {call}'],
    ],
  },
];
