import type { ErrorText } from '../core/explain/read.ts';
import type { ExplainedText } from '../core/explain/text.ts';
import { offered, type Offering } from '../pg/offering.ts';
import { anySchema, shellPattern } from '../pg/shell.ts';
import { printable } from './printable.ts';

/** What errors come to, for people: a block for each. */
export function explained(errors: readonly ExplainedText[], offering?: Offering): string {
  return errors.map((error) => block(error, offering)).join('\n');
}

function block({ error, verdict, found }: ExplainedText, offering: Offering | undefined): string {
  const lines = [title(error)];
  if (found === null)
    lines.push(`  ${verdict.why}`, ...(verdict.sequence === 'no' ? [] : next(error, offering).map(indented)));
  else {
    lines.push(`  ${found.message}`);
    if (!found.isElsewhere && (found.sequences.length === 0 || verdict.sequence === 'no'))
      lines.push(`  ${verdict.why}`);
    if (found.outlook !== null) {
      const { inserts, cause } = found.outlook;
      const cure = typed(found.outlook.cure, offering);
      const prevention = found.outlook.prevention.map((line) => typed(line, offering));
      lines.push(...[inserts, `why:      ${cause}`, `cure:     ${cure}`].filter((line) => line !== '').map(indented));
      lines.push(...prevention.map((line, i) => indented(`${i === 0 ? 'prevent:' : '        '}  ${line}`)));
    }
  }
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** An outlook's line, `pgseq check   in CI`: a command and behind blanks what it is for, as it has to be typed here. */
function typed(line: string, offering: Offering | undefined): string {
  const [, command, purpose = ''] = /^pgseq ([a-z]+(?: [^,]*?)??)( {3}.*)?$/s.exec(line) ?? [];
  return command === undefined ? line : `${offered(offering, command)}${purpose}`;
}

const indented = (line: string): string => `  ${line}`;

/** What is there already, and where. */
function title({ kind, constraint, schema, table, model, columns, value, times }: ErrorText): string {
  const often = times > 1 ? ` (${times} times)` : '';
  if (kind === 'limit') return `the sequence ${constraint} has reached its end${often}`;
  const key = columns === null ? 'a key' : `the key (${columns.join(', ')})${value === null ? '' : `=(${value})`}`;
  const place =
    table === null ? (model === null ? '' : ` of ${model}`) : ` of ${schema === null ? '' : `${schema}.`}${table}`;
  if (kind === 'index') return `the unique index ${constraint}${place} cannot be made: ${key} is there twice${often}`;
  return `${key}${place} is there already${constraint === null ? '' : `, says ${constraint}`}${often}`;
}

/** What to run to know more. */
function next({ schema, table, kind, constraint }: ErrorText, offering: Offering | undefined): string[] {
  const only =
    table !== null
      ? ` -t ${shellPattern(schema ?? (kind === 'unique' ? anySchema : null), table)}`
      : kind === 'limit' && constraint !== null
        ? ` --sequence ${shellPattern(null, constraint)}`
        : '';
  return [
    'Where it stands, why, and the cure: the same with --url CONNECTION',
    `or: ${offered(offering, `check${only}`)}   with psql alone: ${offered(offering, `sql check${only}`)} | psql`,
  ];
}
