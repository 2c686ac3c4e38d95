import { ascii } from '../text/ascii-sql.ts';
import * as sql from '../pg/sql.generated.ts';
import { moveInPlpgsql } from '../core/move/statements.ts';
import type { StatesOptions } from './options.ts';
import { lookedRow, lookInPlpgsql, lookVariables, ownPath, settingStates } from './states.ts';

/** What the script that fixes is told besides. */
export interface FixScriptOptions extends StatesOptions {
  /** Milliseconds to wait for transactions that may hold explicit ids nobody sees yet; 30,000 unless given. */
  readonly wait?: number | undefined;
}

/** Looking again may find new ids to pass: so many moves of one sequence at most, and a last look. */
const mostRounds = 6;

/**
 * A script for psql that does what `fix` does: moves what is behind, only ever forward, each sequence in a transaction of its own;
 * waits for the transactions whose ids nobody sees yet, looks again, and moves again. One result with a line for each sequence that
 * was behind; an error at its end where one still is. ASCII.
 *
 * It commits, so it is no part of a transaction of somebody's: its first statement is refused there, before anything is changed.
 */
export function fixScript(options: FixScriptOptions): string {
  const statements = fixStatements(options).map((statement) => `${statement};\n`);
  return ascii(
    `-- Moves every sequence that is behind forward. Made by pgseq sql fix; must not run inside a transaction.\n${statements.join('')}`,
  );
}

/** Its statements, each to be sent on its own. */
export function fixStatements(options: FixScriptOptions): string[] {
  const settings = settingStates(options, 'own_path');
  const indented = (text: string, by: number): string => text.trim().replaceAll(/^/gm, ' '.repeat(by));
  const move = `do $pgseq$
#variable_conflict use_column
declare
  own_path constant pg_catalog.text := ${ownPath};
  wait_until pg_catalog.timestamptz;
${lookVariables}  done pg_catalog.jsonb := '{}';
  holders pg_catalog.text[];
  one pg_catalog.record;
  how pg_catalog.text;
  next pg_catalog.numeric;
  drawn pg_catalog.int8;
  is_at_work pg_catalog.bool;
  hint pg_catalog.text;
begin
  perform pg_catalog.set_config('pgseq.fixed', '', false);
  for round in 0..${mostRounds} loop
    commit;                                       -- refused inside a transaction; a repeatable read one would see old data
${indented(settings, 4)}
${indented(lookInPlpgsql(options), 4)}
    is_at_work := round = 0;
    for one in
      select * from pg_catalog.jsonb_to_recordset(looked) as r (${lookedRow})
      where r.target is not null and r.reason is distinct from 'outlier' and round < ${mostRounds}
    loop
      continue when (done -> one.sequence ->> 'error') is not null;
      is_at_work := true;
      begin
        -- a commit that was reported must outlive a crash
        perform pg_catalog.set_config('synchronous_commit', 'on', true)
        where pg_catalog.current_setting('synchronous_commit') in ('off', 'local', 'remote_write');
${indented(moveInPlpgsql, 8)}
        done := pg_catalog.jsonb_build_object(one.sequence, pg_catalog.jsonb_build_object('before', one.next, 'how', how)) || done;
      exception when others then
        get stacked diagnostics message = message_text, hint = pg_exception_hint;
        done := done || pg_catalog.jsonb_build_object(one.sequence, pg_catalog.jsonb_build_object('before', one.next,
          'error', pg_catalog.concat_ws(' ', message, nullif(hint, ''))));
      end;
      commit;
${indented(settings, 6)}
    end loop;
    exit when not is_at_work or round = ${mostRounds};
    -- counted from here, however long checking and moving took: every open transaction is checked once, even if there is no time to wait
    wait_until := coalesce(wait_until, pg_catalog.clock_timestamp() operator(pg_catalog.+) '${options.wait ?? 30_000} ms'::pg_catalog.interval);
    loop                                          -- for those that use the tables now; later ones are not waited for
      perform pg_catalog.set_config('pgseq.relations', coalesce((
        select pg_catalog.jsonb_agg(t.oid)::pg_catalog.text
        from pg_catalog.jsonb_array_elements(looked) s cross join lateral pg_catalog.jsonb_array_elements(
          case when pg_catalog.jsonb_typeof(s -> 'relations') = 'array' then s -> 'relations' else '[]' end) t (oid)), '[]'), true);
      holders := array(
        select pg_catalog.concat_ws(' ', w.virtualtransaction, w.pid, w.gid) from (
${sql.writers}
        ) w
        where holders is null or pg_catalog.concat_ws(' ', w.virtualtransaction, w.pid, w.gid) = any (holders));
      exit when holders = '{}' or pg_catalog.clock_timestamp() >= wait_until;
      perform pg_catalog.pg_sleep(0.05);
      commit;
${indented(settings, 6)}
    end loop;
    holders := case when holders = '{}' then null else holders end;
  end loop;
  perform pg_catalog.set_config('pgseq.fixed', pg_catalog.jsonb_build_object('done', done, 'looked', looked, 'holders', coalesce(pg_catalog.to_jsonb(holders), '[]'))::pg_catalog.text, false);
end
$pgseq$`;
  return [move, 'begin', 'set local search_path = pg_catalog, pg_temp', report, 'commit', fail];
}

/** A line for each sequence. */
const report = `select case when d.did ->> 'error' is not null then 'failed' when d.did is not null then 'moved' when r.target is not null then 'skipped'
         else 'unchanged' end as action,
       r.sequence, r.state, coalesce(d.did ->> 'before', r.next::text) as before, r.next, d.did ->> 'how' as method, r.reason, d.did ->> 'error' as error
from (select nullif(current_setting('pgseq.fixed', true), '')::jsonb as report offset 0) f
cross join lateral jsonb_to_recordset(f.report -> 'looked') r (sequence text, state text, reason text, next numeric, target numeric)
cross join lateral (select f.report -> 'done' -> r.sequence) d (did)`;

/**
 * Says once more what is not in step, lone ids far ahead aside, as an error: psql knows no other exit code. What the session was left with for this goes
 * first, and is committed: a pool may give the session to somebody else.
 */
const fail = `do $pgseq$
declare
  report pg_catalog.jsonb;
  wrong pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  report := nullif(pg_catalog.current_setting('pgseq.fixed', true), '');
  select string_agg(concat_ws(': ', r.sequence, r.state, coalesce(report -> 'done' -> r.sequence ->> 'error', r.reason)), '; ') into wrong
  from jsonb_to_recordset(report -> 'looked') r (sequence text, state text, reason text, lone bool)
  where r.state in ('behind', 'exhausted', 'unknown') and r.lone is not true or report -> 'done' -> r.sequence ->> 'error' is not null;
  wrong := case when report is null then 'pgseq: not in sync: this script did not run to its end'
    when wrong is not null then concat('pgseq: not in sync: ', wrong)
    when report -> 'holders' <> '[]'
    then concat('pgseq: transactions are still open whose ids are not visible yet (virtual transaction, process): ', report -> 'holders') end;
  perform pg_catalog.set_config('pgseq.fixed', '', false);
  commit;
  if wrong is not null then
    raise exception using message = wrong;
  end if;
end
$pgseq$`;
