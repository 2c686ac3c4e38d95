import type { ExplainedText } from '../explain/explain-text.ts';
import { offered, type Offering } from '../pg/offering.ts';
import { anySchema, shellPattern } from '../pg/shell.ts';
import { printable } from '../text/printable.ts';
import type { ErrorText } from '../explain/error-text.ts';

/** What errors come to, for people: a block for each. */
export function explained(errors: readonly ExplainedText[], offering?: Offering): string {
  return errors.map((error) => block(error, offering)).join('\n');
}

function block({ error, verdict, found }: ExplainedText, offering: Offering | undefined): string {
  const lines = [title(error)];
  if (found === null)
    lines.push(`  ${verdict.why}`, ...(verdict.sequence === 'no' ? [] : next(error, offering).map(indented)));
  else {
    lines.push(...[found.message, ...found.notes].map(indented));
    if (found.outlook !== null) {
      const { inserts, cause } = found.outlook;
      const cure = typed(found.outlook.cure, offering);
      const prevention = found.outlook.prevention.map((line) => typed(line, offering));
      const cures = cure.split(/\n(?=-- |alter )/).map((line, i) => `${i === 0 ? 'cure:' : '     '}     ${line}`);
      lines.push(...[inserts, `why:      ${cause}`, ...cures].filter((line) => line !== '').map(indented));
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

/** What happened, and where. */
function title(error: ErrorText): string {
  const often = error.times > 1 ? ` (${error.times} times)` : '';
  return `${titles[error.kind](error)}${often}`;
}

const titles: Readonly<Record<ErrorText['kind'], (error: ErrorText) => string>> = {
  unique(error) {
    const { constraint, columns } = error;
    const place = placeOf(error);
    const key = columns === null && place === '' ? '' : `: ${keyOf(error)}${place} exists already`;
    return `duplicate key${constraint === null ? '' : ` in ${constraint}`}${key}`;
  },
  index: (error) =>
    `the unique index ${error.constraint}${placeOf(error)} cannot be created: ${keyOf(error)} exists twice`,
  limit: ({ constraint }) => `nextval has no value left${constraint === null ? '' : ` in ${constraint}`}`,
  range: (error) => `${error.constraint ?? 'number'} out of range${placeOf(error)}`,
  null: (error) => `no value for ${error.columns?.[0]}${placeOf(error)}, which must have one`,
  missing: ({ constraint }) => `the sequence ${constraint} does not exist`,
  denied: ({ constraint }) => `permission denied for the sequence ${constraint}`,
  name: ({ constraint }) => `${constraint}`,
};

function keyOf({ columns, value }: ErrorText): string {
  return columns === null ? 'a key' : `the key (${columns.join(', ')})${value === null ? '' : `=(${value})`}`;
}

function placeOf({ schema, table, model }: ErrorText): string {
  if (table === null) return model === null ? '' : ` of ${model}`;
  return ` of ${schema === null ? '' : `${schema}.`}${table}`;
}

/** What to run to know more. */
function next({ schema, table, kind, constraint }: ErrorText, offering: Offering | undefined): string[] {
  const isSequence = kind === 'limit' || (kind === 'name' && /seq\d*$/i.test(constraint ?? ''));
  const only =
    table !== null
      ? ` -t ${shellPattern(schema ?? anySchema, table)}`
      : isSequence && constraint !== null
        ? ` --sequence ${sequencePattern(constraint)}`
        : kind === 'name' && constraint !== null
          ? ` -t ${sequencePattern(constraint)}`
          : '';
  return [
    'pgseq has not looked at your database. For its values, the cause and the cure, add: --url CONNECTION',
    `or: ${offered(offering, `check${only}`)}   with psql only: ${offered(offering, `sql check${only}`)} | psql`,
  ];
}

/** A name that may have its schema before it; without, wherever it is. */
function sequencePattern(name: string): string {
  const [, schema, bare = name] = /^(?:([^.]+)\.)?([^.]+)$/.exec(name) ?? [];
  return shellPattern(schema ?? anySchema, bare);
}
