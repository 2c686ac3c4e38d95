-- foreign: of some relations, those that cannot be read without something of strangers: roles that are neither superusers nor
-- the one that logged in. (A role that was SET is a stranger too: its code can reset it.) What there is in the way:
--   code      planning a read may run code that a stranger owns: what the expressions and predicates of indexes, extended
--             statistics and partition keys call, of the relation and of its partitions at every level, directly or through
--             operators, domains, and functions whose bodies the catalogs know
--   server    rows are on a foreign server
--
-- Settings it reads (set with SET LOCAL):
--   pgseq.relations     JSON array of oids
--
-- Each step looks its few rows up by an index, whatever the planner expects (offset 0): this is asked again before every read.
with recursive
tree (root, relid) as (
  select e.value::oid, e.value::oid
  from pg_catalog.jsonb_array_elements_text(pg_catalog.current_setting('pgseq.relations')::pg_catalog.jsonb) e
  union
  select t.root, n.inhrelid
  from tree t
  cross join lateral (
    select h.inhrelid from pg_catalog.pg_inherits h
    where h.inhparent = t.relid and (select p.relkind from pg_catalog.pg_class p where p.oid = t.relid) = 'p'
    offset 0
  ) n
),
used (root, classid, objid) as (
  select t.root, n.classid, n.objid
  from tree t
  cross join lateral (
    select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as classid, x.indexrelid as objid
    from pg_catalog.pg_index x where x.indrelid = t.relid and (x.indexprs is not null or x.indpred is not null)
    union all
    select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid, e.oid
    from pg_catalog.pg_statistic_ext e where e.stxrelid = t.relid
    union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, k.partrelid
    from pg_catalog.pg_partitioned_table k where k.partrelid = t.relid and k.partexprs is not null
    offset 0
  ) n
  union
  select u.root, n.classid, n.objid
  from used u
  cross join lateral (
    select d.refclassid as classid, d.refobjid as objid
    from pg_catalog.pg_depend d
    where d.classid = u.classid and d.objid = u.objid and d.objsubid = 0
      and d.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                           'pg_catalog.pg_type'::pg_catalog.regclass)
    union all                                -- a domain's checks
    select 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid
    from pg_catalog.pg_constraint k where u.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and k.contypid = u.objid
    offset 0
  ) n
),
found (root, owner) as (
  select u.root,
         case u.classid
           when 'pg_catalog.pg_proc'::pg_catalog.regclass then
             (select p.proowner from pg_catalog.pg_proc p where p.oid = u.objid)
           when 'pg_catalog.pg_operator'::pg_catalog.regclass then
             (select p.oprowner from pg_catalog.pg_operator p where p.oid = u.objid)
           when 'pg_catalog.pg_type'::pg_catalog.regclass then
             -- enums and rows have no code of their own
             (select t.typowner from pg_catalog.pg_type t where t.oid = u.objid and t.typtype not in ('c', 'e') and t.typelem = 0)
         end
  from used u
)
select f.root, 'code' as what
from found f
join pg_catalog.pg_roles r on r.oid = f.owner and not r.rolsuper and r.rolname <> session_user
union
select t.root, 'server'
from tree t
join pg_catalog.pg_class c on c.oid = t.relid and c.relkind = 'f' and t.relid <> t.root
order by 1, 2
