import type { Raw } from './command.ts';
import { optionName, textOption } from './settings.ts';

/** The options, as typed, that decide what a sequence feeds and what may be read: a command that a report advises needs them. */
export function told(raw: Raw): string[] {
  const links = (raw['link'] as readonly string[] | undefined) ?? [];
  return [
    ...links.flatMap((link) => ['--link', link]),
    ...(raw['readForeign'] === true ? ['--read-foreign'] : []),
    ...(raw['trustOwners'] === true ? ['--trust-owners'] : []),
    ...(['maxJump', 'role', 'envFile'] as const).flatMap((name) => {
      const value = textOption(raw, name);
      return value === undefined ? [] : [optionName(name), value];
    }),
  ];
}
