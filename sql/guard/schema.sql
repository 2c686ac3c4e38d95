-- The one schema that pgseq makes in a database. Trigger functions are called without it; what they call is looked up in it
-- by whoever owns them, so everybody may use it. There is nothing in it that gives anybody a right.
create schema if not exists pgseq;
grant usage on schema pgseq to public;
