import { Problem } from '../../problem.ts';

/** Something wrong with the settings. Neither text may contain a value that could be (a part of) a password. */
export interface Mistake {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** One Problem for all of them: the user should not have to repair settings one run at a time. */
export function problemOf(all: readonly Mistake[]): Problem {
  // The same can be wrong with several hosts.
  const mistakes = all.filter(({ message }, index) => all.findIndex((other) => other.message === message) === index);
  const [first] = mistakes;
  if (mistakes.length === 1 && first) return new Problem(first.message, { hint: first.hint });
  const lines = mistakes.map(({ message, hint }) => `  - ${message}${hint === undefined ? '' : ` (${hint})`}`);
  return new Problem([`the connection settings have ${mistakes.length} mistakes:`, ...lines]);
}
