import { ascii } from '../../pg/ascii.ts';
import * as sql from '../../pg/sql.generated.ts';
import type { StatesOptions } from './options.ts';
import { ownPath, settingStates } from './states.ts';

/** A script for psql that lists every sequence with the columns that it feeds, and how: what `check` compares. ASCII. */
export function columnsScript(options: Pick<StatesOptions, 'links'>): string {
  return ascii(`-- Every sequence, and the columns that it feeds: made by pgseq sql columns. Reads the catalogs only.
begin transaction isolation level read committed read only;
do $pgseq$
begin
${settingStates(options, ownPath)}
end
$pgseq$;
select s.sequence_display as sequence, s.relation_display || '.' || s.column_display as "column", s.column_type as type, s.how as link,
       s.uniqueness as "unique", s.indexed
from (
${sql.survey}
) s
where s.sequence_oid is not null and (s.draws and not s.covered_by_root or s.relation_oid is null);
commit;
`);
}
