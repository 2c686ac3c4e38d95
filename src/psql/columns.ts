import { ascii } from '../text/ascii-sql.ts';
import * as sql from '../pg/sql.generated.ts';
import type { StatesOptions } from './options.ts';
import { lookVariables, ownPath, settingStates, surveyInPlpgsql } from './states.ts';

/** A script for psql that lists every sequence with the columns that it feeds, and how: what `check` compares. ASCII. */
export function columnsScript(options: Pick<StatesOptions, 'links'>): string {
  const isLinked = (options.links ?? []).length > 0; // a link to what is not there is a mistake
  return ascii(`-- Every sequence and the columns that it feeds. Made by pgseq sql columns; reads the catalogs only.
begin transaction isolation level read committed read only;
do $pgseq$
#variable_conflict use_column
declare
${lookVariables}begin
${settingStates(options, ownPath)}
${isLinked ? surveyInPlpgsql(options) : ''}end
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
