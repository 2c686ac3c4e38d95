import { operator, quoteLiteral, quoteRelation, quoteRelationText } from '../../pg/identifier.ts';
import { isHarmful } from '../../text/printable.ts';
import { safeSearchPath } from '../../pg/query/session-settings.ts';
import { failing } from '../../pg/sqlstate.ts';
import type { Judgement } from '../model/judge.ts';
import type { SurveyedSequence } from '../model/surveyed.ts';
import type { MoveMethod } from '../model/report.ts';

// The only place that says how a sequence is moved. Two ways, both only ever forward, whatever other sessions do meanwhile:
//
// step: draw values with nextval until one passes the goal. It takes no lock that anyone waits for, needs no ownership and no
//   DDL, and cannot go backward, because nextval cannot. Values that other sessions hold in their caches stay there.
// lock: ALTER SEQUENCE to the parameters it has. That takes ShareRowExclusiveLock, which conflicts with the RowExclusiveLock
//   of nextval and setval, so that nobody draws between the comparison and setval; and it gives the sequence a new file, so
//   that every session throws its cached values away and setval is undone if the transaction is. Needs the owner.

/** The most values drawn by one statement: a third of a second, 3 MB of WAL. */
const stepsPerStatement = 1_000_000n;

/**
 * The statements that step, inside one transaction: draw until the next value is `target`, at most `stepsPerStatement` times.
 * The first takes the lock that nextval takes, and fails where the name is no sequence's any more: a view or a table put in its
 * place would have its owner's code run by the second.
 */
export function stepStatements(sequence: SurveyedSequence, target: bigint): string[] {
  const { increment, cache, schema, sequence: bare } = sequence;
  const name = quoteRelation(schema, bare);
  const passes = increment > 0n ? '>=' : '<=';
  // Counted from where the sequence stands now: nothing is drawn where others have moved it far enough already
  const distance = `${number(target)} - ${nextOf(sequence)}`;
  // Values that this session has in its cache from a statement before come first: so many more calls may be needed
  const cached = cache > 1n ? ` * ${cache}` : '';
  const calls = `least(${stepsPerStatement}, greatest(0, pg_catalog.ceil((${distance}) / ${number(increment)})${cached}))`;
  return [
    `select pg_catalog.pg_sequence_last_value(${quoteRelationText(schema, bare)})`,
    `select d.v from (select pg_catalog.nextval(${quoteRelationText(schema, bare)}) as v from (select pg_catalog.generate_series(1, (select ${calls}::bigint from ${name} s))) g) d ` +
      `where d.v ${passes} ${number(target - increment)} limit 1`,
  ];
}

/** The statements that lock and set, inside one transaction: so that the next value is `target`, where it was not there yet. */
export function lockStatements(sequence: SurveyedSequence, target: bigint): string[] {
  const { increment, cache, schema, sequence: bare } = sequence;
  const name = quoteRelation(schema, bare);
  const next = nextOf(sequence);
  // Where somebody has restarted it between its steps, the target is not on its progression any more
  const onProgression =
    increment === 1n || increment === -1n ? '' : ` and (${number(target)} - ${next}) % ${number(increment)} = 0`;
  return [
    `alter sequence ${name} cache ${cache}`,
    `select pg_catalog.setval(${quoteRelationText(schema, bare)}, ${number(target - increment)}, true) from ${name} s where ${next} ${increment > 0n ? '<' : '>'} ${number(target)}${onProgression}`,
  ];
}

type DrawnFrom = Pick<SurveyedSequence, 'schema' | 'sequence' | 'name' | 'cache'>;

/** The statement that makes every session throw its cached values away and moves nothing. */
export function drawAnew({ schema, sequence, name, cache }: DrawnFrom): string {
  return `alter sequence ${isHarmful(name) ? quoteRelation(schema, sequence) : name} cache ${cache};`;
}

/** What the sequence `s` hands out next, as SQL; beyond its bounds where it has nothing left. */
function nextOf(sequence: SurveyedSequence): string {
  return `case${wrapOf(sequence)} when s.is_called then s.last_value::numeric + ${number(sequence.increment)} else s.last_value end`;
}

/** The case in which a cycling sequence starts again; nothing for others. */
function wrapOf({ cycle, increment, min, max }: SurveyedSequence): string {
  if (!cycle) return '';
  return increment > 0n
    ? ` when s.is_called and s.last_value ${operator('>')} ${number(max - increment)} then ${number(min)}`
    : ` when s.is_called and s.last_value ${operator('<')} ${number(min - increment)} then ${number(max)}`;
}

/** A number for SQL, negative ones in parentheses. */
export function number(value: bigint): string {
  if (value === -(2n ** 63n)) return `(cast('${value}' as bigint))`; // its digits alone are no bigint
  return value < 0n ? `(${value})` : value.toString();
}

/** A commit that was reported must outlive a crash; stronger settings than `on` are left alone. */
export const durable =
  "select pg_catalog.set_config('synchronous_commit', 'on', true) where pg_catalog.current_setting('synchronous_commit') in ('off', 'local', 'remote_write')";

/**
 * Goes after the statement that steps. nextval writes to the log only every 32 values: where somebody else, whose transaction
 * may still be open, has just written that for us, ours writes nothing, its commit waits for nothing, and a crash would take
 * both back. An empty message, which everybody may write and nobody reads, gives the commit something to wait for.
 */
export const logged =
  "select pg_catalog.pg_logical_emit_message(true, 'pgseq'::text, ''::text) where pg_catalog.pg_current_xact_id_if_assigned() is null";

/**
 * Fails unless the name still means the sequence that was surveyed, defined as it was then. That it reads the sequence keeps
 * others from renaming and dropping it as long as the transaction lasts, so that what follows moves this one and no other.
 */
export function proof(sequence: SurveyedSequence): string {
  const { oid, increment, min, max, cache, cycle } = sequence;
  const definition =
    `(select pg_catalog.concat_ws(' ', q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle) ` +
    `from pg_catalog.pg_sequence q where q.seqrelid = s.tableoid)`;
  const wanted = quoteLiteral([increment, min, max, cache, cycle ? 't' : 'f'].join(' '));
  return failing(
    `select s.tableoid from ${quoteRelation(sequence.schema, sequence.sequence)} s ` +
      `where (s.tableoid = ${oid}::pg_catalog.oid and ${definition} = ${wanted}) is not true`,
  );
}

/** Which way to move: what was asked for, else stepping where that is quick and leaves no stale cache behind. Null: no right to. */
export function methodFor(sequence: SurveyedSequence, steps: bigint, wanted: MoveMethod | 'auto'): MoveMethod | null {
  const { cache, drawable, alterable } = sequence;
  if (wanted === 'step') return drawable ? 'step' : null;
  if (wanted === 'lock') return alterable ? 'lock' : null;
  if (drawable && cache === 1n && steps <= stepsPerStatement) return 'step';
  return alterable ? 'lock' : drawable ? 'step' : null;
}

/** How many statements stepping takes. */
export function stepStatementCount(steps: bigint): bigint {
  return (steps + stepsPerStatement - 1n) / stepsPerStatement;
}

/** The statements that move the sequence, ready for psql under any search_path, or null when nothing is to be moved. */
export function moveSql(
  sequence: SurveyedSequence,
  { target, behindBy }: Pick<Judgement, 'target' | 'behindBy'>,
): string | null {
  if (target === null || behindBy === null) return null;
  const statements = methodFor(sequence, behindBy, 'auto') === 'lock' ? lockStatements : stepStatements;
  return ['begin', safeSearchPath, ...statements(sequence, target), 'commit']
    .map((statement) => `${statement};`)
    .join('\n');
}

/** The longest way that a migration steps: who is further behind has not only this migration to thank for. */
const mostStepsInMigration = 1_000_000n;

/**
 * One statement that draws until the next value lies beyond `top`: SQL for the furthest stored value, null where there is none, in
 * which `s` is the sequence. It draws nothing where the sequence is there already; a way that is too long is an error. It runs under
 * the search_path of whoever migrates: nothing in it may be found there.
 */
export function stepBeyond(sequence: SurveyedSequence, top: string): string {
  const { increment, cache, schema, sequence: bare } = sequence;
  const name = quoteRelation(schema, bare);
  const next = `case${wrapOf(sequence)} when s.is_called then cast(s.last_value as numeric) ${operator('+')} cast(${number(increment)} as numeric) else s.last_value end`;
  // Values that this session has in its cache from a statement before come first
  const calls =
    cache > 1n ? `case when w.way ${operator('>')} 0 then w.way ${operator('+')} ${cache - 1n} else 0 end` : 'w.way';
  return `select pg_catalog.count(pg_catalog.nextval(${quoteRelationText(schema, bare)})) as drawn
from pg_catalog.generate_series(1, (
  select cast(case when w.way ${operator('>')} ${mostStepsInMigration} then pg_catalog.concat(w.way, ' ids behind, too far for a migration: run pgseq fix') else cast(${calls} as pg_catalog.text) end as bigint)
  from ${name} s
  cross join lateral (select greatest(0, pg_catalog.div(${top} ${operator('-')} (${next}), ${number(increment)}) ${operator('+')} 1) as way) w
))`;
}

/**
 * The same two ways in PL/pgSQL, for a script that finds its sequences itself: the body of a block with variables `how text`,
 * `next numeric` and `drawn bigint`, and `one`, a row of sql/states.sql with a target. To be committed at once. Raises where the
 * sequence cannot be moved. Needs the hardened search_path.
 */
export const moveInPlpgsql = String.raw`
how := case when one.can_draw and one.seqcache = 1 and one.behind_by <= ${stepsPerStatement} then 'step' when one.can_alter then 'lock' when one.can_draw then 'step' end;
if how is null then
  raise insufficient_privilege using message = pg_catalog.format('permission denied for sequence %s', one.sequence),
    hint = pg_catalog.format('grant usage on sequence %s to %I; -- lets it take values, which only moves the sequence forward', one.sequence, current_user);
end if;
-- keeps others from renaming and dropping it; runs nothing of a view that took its place, since nothing refers to it
execute pg_catalog.format('with held as (select from only %s) select', one.sequence);
for attempt in 1..5 loop
  exit when how = 'step';
  begin
    perform pg_catalog.set_config('lock_timeout', '100ms', true);
    execute pg_catalog.format('alter sequence %s cache %s', one.sequence, one.seqcache);
    exit;
  exception when lock_not_available then
    if attempt = 5 then
      if not one.can_draw then
        raise;
      end if;
      how := 'step';
    end if;
  end;
  perform pg_catalog.pg_sleep(0.025 * 2 ^ attempt);
end loop;
if how = 'step' then
  perform pg_catalog.pg_sequence_last_value(one.sequence::pg_catalog.regclass);   -- takes the lock of nextval
end if;
if not exists (
  select from pg_catalog.pg_sequence q
  where q.seqrelid = one.sequence_oid and q.seqrelid = one.sequence::pg_catalog.regclass and q.seqincrement = one.seqincrement
    and q.seqmin = one.seqmin and q.seqmax = one.seqmax and q.seqcache = one.seqcache and q.seqcycle = one.seqcycle)
then
  raise exception 'it was altered, dropped or recreated in the meantime';
end if;
loop
  execute pg_catalog.format('select case when s.is_called then s.last_value::numeric + %s else s.last_value end from %s s', one.seqincrement, one.sequence) into next;
  if one.seqcycle and next > one.seqmax then
    next := one.seqmin;
  elsif one.seqcycle and next < one.seqmin then
    next := one.seqmax;
  end if;
  exit when (one.target - next) * pg_catalog.sign(one.seqincrement) <= 0;
  if how = 'lock' then
    -- if somebody restarted it between its steps, the target is no longer on its progression
    if (one.target - next) % one.seqincrement = 0 then
      execute pg_catalog.format('select pg_catalog.setval(%L, %s, true)', one.sequence, one.target - one.seqincrement);
    end if;
    exit;
  end if;
  -- values that this session cached earlier come first, so more calls may be needed
  execute pg_catalog.format('select d.v from (select pg_catalog.nextval(%L) as v from (select pg_catalog.generate_series(1, %s)) g) d where d.v %s %s limit 1',
    one.sequence, least(${stepsPerStatement}, pg_catalog.ceil((one.target - next) / one.seqincrement) * one.seqcache),
    case when one.seqincrement > 0 then '>=' else '<=' end, one.target - one.seqincrement) into drawn;
  exit when drawn is not null;
end loop;
perform pg_catalog.pg_logical_emit_message(true, 'pgseq', '') where pg_catalog.pg_current_xact_id_if_assigned() is null;`;
