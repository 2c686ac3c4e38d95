import { check } from '../../src/commands/check.ts';

const formats: readonly string[] =
  check.groups.flatMap(({ options }) => options).find(({ flags }) => flags.startsWith('--format '))?.choices ?? [];

/** Whether `check` has a format. */
export function hasFormat(format: string): boolean {
  return formats.includes(format);
}

/** A script in which text stands for the formats that this checkout does not have yet. */
export function withoutMissingFormats(script: string): string {
  return script.replaceAll(/--format (\w+)/g, (whole, format: string) => (hasFormat(format) ? whole : '--format text'));
}
