import { ascii } from '../text/ascii-sql.ts';
import type { StatesOptions } from './options.ts';
import { lookedRow, lookInPlpgsql, lookVariables, ownPath, settingStates } from './states.ts';

/**
 * A script for psql that shows the state of every sequence in one result, and changes nothing: it may run on a standby, and as a
 * role that may only read. ASCII.
 */
export function checkScript(options: StatesOptions): string {
  return ascii(`-- The state of every sequence. Made by pgseq sql check; changes nothing.
begin transaction isolation level read committed read only;
do $pgseq$
#variable_conflict use_column
declare
${lookVariables}begin
${settingStates(options, ownPath)}
${lookInPlpgsql(options)}
perform pg_catalog.set_config('pgseq.states', looked::pg_catalog.text, true);
end
$pgseq$;
select r.sequence, r.state, r.reason, r.next, r.furthest, r.collision, r.after, r.target, r.behind_by, r.remaining, r.columns
from pg_catalog.jsonb_to_recordset(nullif(pg_catalog.current_setting('pgseq.states', true), '')::pg_catalog.jsonb) r (${lookedRow});
commit;
`);
}
