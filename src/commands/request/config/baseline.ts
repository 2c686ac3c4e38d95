import { getNodeValue } from 'jsonc-parser';
import { type Mistake, propertiesOf, readObject } from './json.ts';

/** The keys of accepted findings, by database. */
export type Baseline = ReadonlyMap<string, readonly string[]>;

/** Reads the text of a baseline; every mistake is added to `mistakes`. */
export function readBaseline(text: string, mistakes: Mistake[]): Baseline {
  const baseline = new Map<string, readonly string[]>();
  const root = readObject(text, mistakes);
  if (root === undefined) return baseline;
  const hint = 'to write a new one: pgseq baseline';
  for (const { key, offset, value } of propertiesOf(root, mistakes)) {
    if (key === 'baseline' && value.value === 1) continue;
    if (key === 'baseline')
      mistakes.push({ offset: value.offset, message: 'this pgseq reads version 1 of the baseline only' });
    else if (key !== 'databases') mistakes.push({ offset, message: `unknown key "${key}"`, hint });
    else if (value.type !== 'object')
      mistakes.push({ offset: value.offset, message: '"databases" takes an object', hint });
    else
      for (const { key: name, value: list } of propertiesOf(value, mistakes)) {
        const keys = getNodeValue(list) as unknown;
        if (Array.isArray(keys) && keys.every((one) => typeof one === 'string')) baseline.set(name, keys);
        else mistakes.push({ offset: list.offset, message: `"${name}" takes a list of finding keys`, hint });
      }
  }
  return baseline;
}

/** A baseline as it is written: sorted, a key on each line, so that its history can be read. */
export function writeBaseline(baseline: Baseline): string {
  const sorted = [...baseline].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const databases = Object.fromEntries(sorted.map(([name, keys]) => [name, keys.toSorted()]));
  return `${JSON.stringify({ baseline: 1, databases }, null, 2)}\n`;
}
