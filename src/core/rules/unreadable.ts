import type { Rule, FindingSubject } from '../model/finding.ts';
import { type Unreadable, unreadOf } from '../model/surveyed.ts';

/** Why something could not be read, in words. */
export const unreadableWhy: Readonly<Record<Exclude<Unreadable, 'row-security'>, string>> = {
  permission: 'permission denied',
  timeout: 'the statement timeout ran out',
  lock: 'another session holds a lock on it',
  foreign: 'some of its rows are on a foreign server',
  'foreign-code': 'planning a read may run code that another role wrote',
  'search-path': 'an index expression cannot be planned under a safe search_path',
  unlogged: 'unlogged relations cannot be read on a standby',
  name: 'its name, or that of its schema or table, is not UTF-8',
  changing: 'it was dropped, renamed or altered while it was read',
  error: 'reading it failed',
};

/** What to do about it. */
export const unreadableHelp: Readonly<Record<Exclude<Unreadable, 'row-security'>, string>> = {
  permission: 'Without these privileges, pgseq cannot tell whether the sequence is in sync.',
  timeout: 'Allow more with --statement-timeout, or give the column an index.',
  lock: 'Try again when that transaction has ended.',
  foreign: 'Query the foreign server too with --read-foreign.',
  'foreign-code':
    "Log in as the table's owner (--role is not enough, because the code could reset it), or allow the code to run with --trust-owners.",
  'search-path': 'Allow the code that it finds on the search_path to run with --trust-owners.',
  unlogged: 'Check the primary.',
  name: 'Rename it, from a session with client_encoding = SQL_ASCII: pgseq cannot query a name that it cannot send.',
  changing: 'Run it again.',
  error: "See the server's message.",
};

export const unreadable: Rule = {
  name: 'unreadable',
  level: 'warning',
  summary: 'the sequence or a column that it feeds could not be read',
  find(subject) {
    const missing = unread(subject);
    const [first] = missing;
    if (first === undefined) return null;
    const grants = [...new Set(missing.flatMap(({ grants }) => grants))];
    // What failed for one reason is named together
    const reasons = [...new Set(missing.map(({ reason }) => reason))];
    const parts = reasons.map((reason) => {
      const same = missing.filter((one) => one.reason === reason);
      const detail = same[0]?.detail ?? null;
      return `${same.map(({ name }) => name).join(', ')}: ${unreadableWhy[reason]}${detail === null ? '' : ` (${detail})`}`;
    });
    return {
      message: `cannot read ${parts.join('; ')}`,
      help: reasons.map((reason) => unreadableHelp[reason]).join(' '),
      ...(grants.length === 0 ? {} : { fix: grants.join('\n') }),
    };
  },
};

interface Missing {
  readonly name: string;
  readonly reason: Exclude<Unreadable, 'row-security'>;
  readonly detail: string | null;
  readonly grants: readonly string[];
}

function unread({ sequence, measurement, grants }: FindingSubject): Missing[] {
  const { name, columns } = sequence;
  const { unreadable: reason, detail } = measurement;
  if (measurement.position === null && reason !== null && reason !== 'row-security') {
    // What its columns lack is known too: one round of grants, not two
    const lacked = [
      ...grants.ofSequence(sequence),
      ...columns.filter((column) => column.unreadable === 'permission').flatMap((column) => grants.ofColumn(column)),
    ];
    return [{ name, reason, detail, grants: reason === 'permission' ? lacked : [] }];
  }
  return measurement.columns.flatMap((answer, i) => {
    const column = columns[i];
    const unread = unreadOf(answer);
    if (column === undefined || unread === null || unread.unreadable === 'row-security') return [];
    // Who is to move it needs that as well
    const lacked =
      unread.unreadable === 'permission' ? [...grants.ofSequence(sequence), ...grants.ofColumn(column)] : [];
    return [{ name: column.name, reason: unread.unreadable, detail: unread.detail, grants: lacked }];
  });
}
