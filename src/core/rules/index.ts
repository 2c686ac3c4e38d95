import { printable } from '../../text/printable.ts';
import type { Finding, Rule, FindingSubject } from '../model/finding.ts';
import { allocation } from './allocation.ts';
import { behind } from './behind.ts';
import { cached } from './cached.ts';
import { cycles } from './cycles.ts';
import { exhausted } from './exhausted.ts';
import { guardChanged } from './guard-changed.ts';
import { guardDisabled } from './guard-disabled.ts';
import { guardIncomplete } from './guard-incomplete.ts';
import { guardOutdated } from './guard-outdated.ts';
import { guardTampered } from './guard-tampered.ts';
import { guardWeakened } from './guard-weakened.ts';
import { narrowColumn } from './narrow-column.ts';
import { narrowSequence } from './narrow-sequence.ts';
import { nearLimit } from './near-limit.ts';
import { offProgression } from './off-progression.ts';
import { outlier } from './outlier.ts';
import { rowSecurity } from './row-security.ts';
import { shared } from './shared.ts';
import { subscription } from './subscription.ts';
import { unindexed } from './unindexed.ts';
import { unlinked } from './unlinked.ts';
import { unowned } from './unowned.ts';
import { unreadable } from './unreadable.ts';

/** Every rule about a sequence, in the order of reports. `standby`, which is about the server, stands in its own file. */
export const rules: readonly Rule[] = [
  behind,
  exhausted,
  unreadable,
  rowSecurity,
  outlier,
  cached,
  guardTampered,
  guardChanged,
  guardOutdated,
  guardDisabled,
  guardWeakened,
  guardIncomplete,
  allocation,
  offProgression,
  subscription,
  nearLimit,
  narrowSequence,
  narrowColumn,
  shared,
  unowned,
  unlinked,
  unindexed,
  cycles,
];

/** What all rules have to say about one sequence. */
export function findingsOf(subject: FindingSubject): Finding[] {
  return rules.flatMap((rule) => {
    const found = rule.find(subject);
    if (found === null) return [];
    const { name } = subject.sequence;
    const { message, help, fix = null, level = rule.level } = found;
    return [
      {
        rule: rule.name,
        level,
        key: `${rule.name}:${name}`,
        sequence: name,
        message: printable(message),
        help: printable(help),
        fix,
      },
    ];
  });
}
