import { getNodeValue, type Node } from 'jsonc-parser';
import { rules } from '../../../core/rules/index.ts';
import { standby } from '../../../core/rules/standby.ts';
import { nearest } from '../../../text/nearest.ts';
import { Problem } from '../../../problem.ts';
import type { Raw } from '../../command.ts';
import { databaseFields, type Field, fileFields } from './fields.ts';
import { type Mistake, propertiesOf, readObject } from './json.ts';
import type { IgnoredFinding } from '../selected-database.ts';

/** A text of the file and where it stands. */
interface Placed {
  readonly text: string;
  readonly offset: number;
}

/** A database of the file. */
export interface DatabaseEntry {
  readonly name: string;
  readonly offset: number;
  readonly connection: Placed | null;
  readonly env: Placed | null;
  /** What it says, as if it had been typed: the command line's options win by standing over them. */
  readonly options: Raw;
  readonly ignores: readonly IgnoredFinding[];
}

/** What pgseq.json says, as far as it could be read. */
export interface Configuration {
  readonly databases: readonly DatabaseEntry[];
  readonly options: Raw;
}

/** Reads the text of a pgseq.json; every mistake is added to `mistakes`. */
export function readConfiguration(text: string, mistakes: Mistake[]): Configuration {
  const root = readObject(text, mistakes);
  const databases: DatabaseEntry[] = [];
  if (root === undefined) return { databases, options: {} };
  const isWhole = mistakes.length === 0;
  const options = readFields(root, fileFields, mistakes, {
    databases(value) {
      if (!isKind(value, 'object', '"databases"', '"databases": { "app": { … } }', mistakes)) return;
      for (const { key, offset, value: entry } of propertiesOf(value, mistakes))
        if (isKind(entry, 'object', `"${key}"`, `"${key}": { "env": "DATABASE_URL" }`, mistakes))
          databases.push({ name: key, offset, ...readDatabase(entry, mistakes) });
      if (value.children?.length === 0)
        mistakes.push({
          offset: value.offset,
          message: '"databases" names none',
          hint: 'write "app": { "env": "DATABASE_URL" }',
        });
    },
  });
  if (isWhole && !(root.children ?? []).some(({ children: [name] = [] }) => name?.value === 'databases'))
    mistakes.push({
      offset: root.offset,
      message: '"databases" is missing',
      hint: 'write "databases": { "app": { "env": "DATABASE_URL" } }',
    });
  return { databases, options: options.values };
}

function readDatabase(object: Node, mistakes: Mistake[]): Omit<DatabaseEntry, 'name' | 'offset'> {
  const ignores: IgnoredFinding[] = [];
  const { values, places } = readFields(object, databaseFields, mistakes, {
    ignore(value) {
      if (!isKind(value, 'array', '"ignore"', '"ignore": ["shared:public.global_id_seq"]', mistakes)) return;
      for (const item of value.children ?? []) {
        const ignore = readIgnore(item, mistakes);
        if (ignore !== null) ignores.push(ignore);
      }
    },
  });
  const connection = places.get('connection') ?? null;
  const env = places.get('env') ?? null;
  if (connection !== null && env !== null)
    mistakes.push({
      offset: env.offset,
      message: '"connection" and "env" both name the database',
      hint: 'give only one',
    });
  return { connection, env, options: values, ignores };
}

/** Reads the keys that the table knows, and by `special` those that it does not. */
function readFields(
  object: Node,
  fields: readonly Field[],
  mistakes: Mistake[],
  special: Readonly<Record<string, (value: Node) => void>>,
): { readonly values: Raw; readonly places: ReadonlyMap<string, Placed> } {
  const values: Record<string, Raw[string]> = {};
  const places = new Map<string, Placed>();
  for (const { key, offset, value } of propertiesOf(object, mistakes)) {
    const field = fields.find((one) => one.key === key);
    if (Object.hasOwn(special, key)) special[key]?.(value);
    else if (field === undefined)
      mistakes.push(unknownKey(key, offset, [...fields.map((one) => one.key), ...Object.keys(special)]));
    else if (isRight(value, field, mistakes)) {
      const given = getNodeValue(value) as string | number | boolean | string[];
      if (field.option !== null) values[field.option] = typeof given === 'number' ? String(given) : given;
      else if (typeof given === 'string') places.set(key, { text: given, offset: value.offset });
    }
  }
  return { values, places };
}

/** Whether the value, or each of the list, is what the field takes; each that is not is a mistake of its own. */
function isRight(value: Node, { key, kind }: Field, mistakes: Mistake[]): boolean {
  const hint = `write "${key}": ${kind.example}`;
  if (kind.isList === true && value.type !== 'array') {
    mistakes.push({ offset: value.offset, message: `"${key}" takes a list`, hint });
    return false;
  }
  const items = kind.isList === true ? (value.children ?? []) : [value];
  const wrong = items.flatMap((item): Mistake[] => {
    try {
      if (kind.accepts(getNodeValue(item), key)) return [];
      return [{ offset: item.offset, message: `"${key}" takes ${kind.what}`, hint }];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return [{ offset: item.offset, message: error.message, hint }];
    }
  });
  mistakes.push(...wrong);
  return wrong.length === 0;
}

const ignoreHint = 'write "behind:public.users_id_seq", or { "key": "unindexed:legacy.*", "reason": "…" }';

/** One of `ignore`: the key of a finding; or with its reason, in which * and ? stand for others. */
function readIgnore(item: Node, mistakes: Mistake[]): IgnoredFinding | null {
  const mistake = (offset: number, message: string, hint = ignoreHint): null => {
    mistakes.push({ offset, message, hint });
    return null;
  };
  if (item.type === 'string') {
    const key = String(item.value);
    if (!isKnownRule(key, item.offset, mistakes)) return null;
    if (/[*?]/.test(key))
      return mistake(
        item.offset,
        `"${key}" is a pattern, which needs a reason`,
        `write { "key": "${key}", "reason": "…" }`,
      );
    return { key, reason: null };
  }
  if (item.type !== 'object') return mistake(item.offset, '"ignore" takes finding keys');
  const given = new Map(propertiesOf(item, mistakes).map((property) => [property.key, property]));
  for (const { key, offset } of given.values())
    if (key !== 'key' && key !== 'reason') mistakes.push(unknownKey(key, offset, ['key', 'reason']));
  const [key, reason] = ['key', 'reason'].map((name) => given.get(name)?.value);
  if (key?.type !== 'string')
    return mistake(key?.offset ?? item.offset, '"key" must be the key of a finding, or a pattern');
  if (reason?.type !== 'string' || String(reason.value).trim() === '')
    return mistake(reason?.offset ?? item.offset, '"reason" must say why these findings are accepted');
  if (!isKnownRule(String(key.value), key.offset, mistakes)) return null;
  return { key: String(key.value), reason: String(reason.value) };
}

/** A typing mistake in the rule's name would accept nothing, and nobody would see it. */
function isKnownRule(key: string, offset: number, mistakes: Mistake[]): boolean {
  const [rule = ''] = key.split(':');
  const names = [...rules.map(({ name }) => name), standby.name];
  if (names.includes(rule) || /[*?]/.test(rule)) return true;
  const near = nearest(rule, names);
  mistakes.push({
    offset,
    message: `"${key}" is not a finding key: there is no rule "${rule}"`,
    hint: near === undefined ? `one of ${names.join(', ')}` : `did you mean "${near}"?`,
  });
  return false;
}

function unknownKey(key: string, offset: number, known: readonly string[]): Mistake {
  const near = nearest(key, known);
  return {
    offset,
    message: `unknown key "${key}"`,
    hint: near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`,
  };
}

function isKind(value: Node, type: 'object' | 'array', what: string, example: string, mistakes: Mistake[]): boolean {
  if (value.type === type) return true;
  mistakes.push({
    offset: value.offset,
    message: `${what} takes ${type === 'object' ? 'an object' : 'a list'}`,
    hint: `write ${example}`,
  });
  return false;
}
