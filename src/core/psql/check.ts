import { ascii } from '../../pg/ascii.ts';
import { quoteLiteral } from '../../pg/identifier.ts';
import { isNarrowed, ownPath, settingStates, type StatesOptions, statesQuery } from './states.ts';

/**
 * A script for psql that shows the state of every sequence in one result, and changes nothing: it may run on a standby, and as a
 * role that may only read. ASCII.
 */
export function checkScript(options: StatesOptions): string {
  return ascii(`-- The state of every sequence: made by pgseq sql check. Changes nothing.
begin transaction isolation level read committed read only;
do $pgseq$
begin
${settingStates(options, ownPath)}end
$pgseq$;
select ${sequenceName(options)}, r.state, r.reason, r.next, r.furthest, r.collision, r.after, r.target, r.behind_by, r.remaining, r.columns
from ${isNarrowed(options) ? '(select 1) one left join ' : ''}(
${statesQuery(options)}
) r${isNarrowed(options) ? ' on true' : ''};
commit;
`);
}

/** Where patterns match nothing PostgreSQL says so: the words for it are no number, and are read as one. */
function sequenceName(options: StatesOptions): string {
  if (!isNarrowed(options)) return 'r.sequence';
  const words = quoteLiteral('pgseq: no sequence matches the patterns of this script');
  return `case when r.sequence is null then pg_catalog.concat(${words}, r.sequence)::pg_catalog.int4::pg_catalog.text else r.sequence end as sequence`;
}
