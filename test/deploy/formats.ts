import { reporters } from '../../src/report/index.ts';

/** A script in which text stands for the formats that this checkout does not have yet. */
export function withoutMissingFormats(script: string): string {
  const known = new Set(reporters.map(({ name }) => name));
  return script.replaceAll(/--format (\w+)/g, (whole, format: string) => (known.has(format) ? whole : '--format text'));
}

/** Whether the checkout has a format. */
export function hasFormat(format: string): boolean {
  return reporters.some(({ name }) => name === format);
}
