-- foreign: of some relations, those that cannot be read without something of strangers: roles that are neither superusers nor
-- the one that logged in. (A role that was SET is a stranger too: its code can reset it.) What there is in the way:
--   code      planning a read may run code that a stranger owns: what the expressions and predicates of indexes, extended
--             statistics and partition keys call, of the relation and of its partitions at every level, directly or through
--             operators, domains, and functions whose bodies the catalogs know; of a view all that it shows: a relation of a
--             stranger's, or anything that one calls
--   server    rows are on a foreign server
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
--   pgseq.entering      true: also what a row calls that is put into a copy of a relation: the checks, generated columns and domains.
--                       Checks may call what PostgreSQL brings and executes a text given to it: in those of a stranger's that is code
--
-- Each recursion goes level by level, in one row for all of a level, whose members stand in arrays. A recursion over the members
-- themselves is expected to find a hundred times as many as the planner expects of one step, so one over the other billions; from
-- 19 on PostgreSQL sizes its hash tables by that, 16 GB, whatever work_mem says. Of an array it expects ten elements. Each is looked
-- up by an index, whatever the planner expects (offset 0): this is asked again before every read.
with recursive
tree (roots, relids) as (                    -- the partitions
  select r.oids, r.oids
  from (
    select array(
      select distinct e.value::oid
      from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e) as oids
    offset 0
  ) r
  union all
  select n.roots, n.relids
  from tree t
  cross join lateral (
    select pg_catalog.array_agg(l.root) as roots, pg_catalog.array_agg(p.relid) as relids
    from rows from (pg_catalog.unnest(t.roots), pg_catalog.unnest(t.relids)) l (root, relid)
    cross join lateral (
      select h.inhrelid as relid from pg_catalog.pg_inherits h
      where h.inhparent = l.relid and (select c.relkind from pg_catalog.pg_class c where c.oid = l.relid) = 'p'
      offset 0
    ) p
  ) n
  where n.roots is not null
),
member (root, relid) as (
  select l.root, l.relid
  from tree t
  cross join lateral rows from (pg_catalog.unnest(t.roots), pg_catalog.unnest(t.relids)) l (root, relid)
),
-- what planning calls: the roots for which, and each thing by its class and oid; then the same of this and all levels above, since
-- functions may call each other
used (roots, classes, things, roots_above, classes_above, things_above) as (
  select n.roots, n.classes, n.things, n.roots, n.classes, n.things
  from (
    select pg_catalog.array_agg(m.root) as roots, pg_catalog.array_agg(x.class) as classes, pg_catalog.array_agg(x.thing) as things
    from member m
    cross join lateral (
      select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class, i.indexrelid as thing
      from pg_catalog.pg_index i where i.indrelid = m.relid and (i.indexprs is not null or i.indpred is not null)
      union all
      select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid, e.oid
      from pg_catalog.pg_statistic_ext e where e.stxrelid = m.relid
      union all
      select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, k.partrelid
      from pg_catalog.pg_partitioned_table k where k.partrelid = m.relid and k.partexprs is not null
      union all                              -- a relation that a view shows goes by pg_inherits, the view itself too
      select 'pg_catalog.pg_inherits'::pg_catalog.regclass::oid, m.relid
      where (select c.relkind from pg_catalog.pg_class c where c.oid = m.relid) = 'v'
      union all
      select e.class, e.thing
      from (
        select 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid as class, k.oid as thing
        from pg_catalog.pg_constraint k where k.conrelid = m.relid and k.contype = 'c'
        union all
        select 'pg_catalog.pg_attrdef'::pg_catalog.regclass::oid, d.oid
        from pg_catalog.pg_attrdef d
        where d.adrelid = m.relid
          and (select a.attgenerated from pg_catalog.pg_attribute a where a.attrelid = d.adrelid and a.attnum = d.adnum) <> ''
        union all
        -- the types of columns, and until 14 what generated ones call
        select d.refclassid, d.refobjid
        from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = m.relid and d.objsubid > 0
          and d.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                               'pg_catalog.pg_type'::pg_catalog.regclass)
        offset 0
      ) e
      where pg_catalog.current_setting('pgseq.entering', true) = 'true'
      offset 0
    ) x
  ) n
  where n.roots is not null
  union all
  select n.roots, n.classes, n.things,
         u.roots_above || n.roots, u.classes_above || n.classes,
         u.things_above || n.things
  from used u
  cross join lateral (
    select pg_catalog.array_agg(f.root) as roots, pg_catalog.array_agg(f.class) as classes, pg_catalog.array_agg(f.thing) as things
    from (
      select l.root, x.class, x.thing
      from rows from (pg_catalog.unnest(u.roots), pg_catalog.unnest(u.classes), pg_catalog.unnest(u.things)) l (root, class, thing)
      cross join lateral (
        select case d.refclassid when 'pg_catalog.pg_class'::pg_catalog.regclass then 'pg_catalog.pg_inherits'::pg_catalog.regclass::oid
                                 else d.refclassid end as class, d.refobjid as thing
        from pg_catalog.pg_depend d
        where d.classid = l.class and d.objid = l.thing and d.objsubid = 0
          and (d.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                                'pg_catalog.pg_type'::pg_catalog.regclass)
               or d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  and d.classid in ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass))
        union all                            -- a domain's checks
        select 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid
        from pg_catalog.unnest(array(select c.oid from pg_catalog.pg_constraint c where c.contypid = l.thing)) k (oid)
        where l.class = 'pg_catalog.pg_type'::pg_catalog.regclass
        union all                            -- the columns of a row type
        select 'pg_catalog.pg_type'::pg_catalog.regclass::oid, f.oid
        from pg_catalog.unnest(array(
          select a.atttypid
          from pg_catalog.pg_type y
          join pg_catalog.pg_attribute a on a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped
          where y.oid = l.thing and y.typtype = 'c')) f (oid)
        where l.class = 'pg_catalog.pg_type'::pg_catalog.regclass
        union all                            -- what reading a relation that is shown calls, and what inherits from it
        select r.class, r.thing
        from (
          select 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid as class, w.oid as thing
          from pg_catalog.pg_rewrite w where w.ev_class = l.thing and w.ev_type = '1'
          union all
          select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, i.indexrelid
          from pg_catalog.pg_index i where i.indrelid = l.thing and (i.indexprs is not null or i.indpred is not null)
          union all
          select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid, e.oid
          from pg_catalog.pg_statistic_ext e where e.stxrelid = l.thing
          union all
          select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, k.partrelid
          from pg_catalog.pg_partitioned_table k where k.partrelid = l.thing and k.partexprs is not null
          union all
          select 'pg_catalog.pg_inherits'::pg_catalog.regclass::oid, h.inhrelid
          from pg_catalog.pg_inherits h where h.inhparent = l.thing
          offset 0
        ) r
        where l.class = 'pg_catalog.pg_inherits'::pg_catalog.regclass
        offset 0
      ) x
      except
      select a.root, a.class, a.thing
      from rows from (pg_catalog.unnest(u.roots_above), pg_catalog.unnest(u.classes_above), pg_catalog.unnest(u.things_above)) a (root, class, thing)
    ) f
  ) n
  where n.roots is not null
),
found (root, owner) as (
  select l.root,
         case l.class
           when 'pg_catalog.pg_proc'::pg_catalog.regclass then
             (select p.proowner from pg_catalog.pg_proc p where p.oid = l.thing)
           when 'pg_catalog.pg_operator'::pg_catalog.regclass then
             (select p.oprowner from pg_catalog.pg_operator p where p.oid = l.thing)
           when 'pg_catalog.pg_type'::pg_catalog.regclass then
             -- enums and rows have no code of their own
             (select t.typowner from pg_catalog.pg_type t where t.oid = l.thing and t.typtype not in ('c', 'e') and t.typelem = 0)
           when 'pg_catalog.pg_inherits'::pg_catalog.regclass then
             (select c.relowner from pg_catalog.pg_class c where c.oid = l.thing)
         end
  from used u
  cross join lateral rows from (pg_catalog.unnest(u.roots), pg_catalog.unnest(u.classes), pg_catalog.unnest(u.things)) l (root, class, thing)
)
select f.root, 'code' as what
from found f
join pg_catalog.pg_roles r on r.oid = f.owner and not r.rolsuper and r.rolname <> session_user
union
select m.root, 'code'
from member m
where pg_catalog.current_setting('pgseq.entering', true) = 'true'
  and exists (
    select
    from pg_catalog.pg_class c
    join pg_catalog.pg_roles r on r.oid = c.relowner and not r.rolsuper and r.rolname <> session_user
    join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype = 'c'
    where c.oid = m.relid
      and exists (
        select
        from pg_catalog.unnest(array(
          select f.id[1]::oid from pg_catalog.regexp_matches(k.conbin::pg_catalog.text, 'funcid ([0-9]+)', 'g') f (id))) f (oid)
        join pg_catalog.pg_proc p on p.oid = f.oid
        where p.oid < 16384 and p.provolatile <> 'i'
          and (p.provolatile = 'v' and p.proname not in ('random', 'gen_random_uuid', 'clock_timestamp', 'timeofday')
               or pg_catalog.strpos(p.proname, '_to_xml') > 0)
        offset 0)
    offset 0)
union
select m.root, 'server'
from member m
where m.relid <> m.root and (select c.relkind from pg_catalog.pg_class c where c.oid = m.relid) = 'f'
order by 1, 2
