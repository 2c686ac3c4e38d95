import { readFileSync } from 'node:fs';
import { readErrors } from '../../../src/core/explain/read.ts';
for (const file of (process.env['FILES'] ?? 'errors').split(',')) {
  const list = JSON.parse(readFileSync(`/tmp/corpus/${file}.json`, 'utf8')) as any[];
  let bad = 0;
  for (const { name, text, expect } of list) {
    const found = readErrors(text);
    const [one] = found as any[];
    if (expect === undefined) { console.log(name, found.length, JSON.stringify(one ?? null)); continue; }
    const wrong = ['constraint', 'schema', 'table', 'columns', 'value'].filter((k) => JSON.stringify(one?.[k] ?? null) !== JSON.stringify(expect[k] ?? null));
    if (wrong.length > 0 || found.length !== 1) { bad++; console.log('BAD', name, found.length, wrong.map((k) => `${k}: ${JSON.stringify(one?.[k])} wanted ${JSON.stringify(expect[k])}`).join('; ')); }
  }
  console.log(file, list.length, 'bad', bad);
}
