import type { Rule } from '../model/finding.ts';
import { unreadOf } from '../model/surveyed.ts';

export const rowSecurity: Rule = {
  name: 'row-security',
  level: 'warning',
  summary: 'row-level security hides rows of a column from this role',
  find({ sequence, measurement, role }) {
    const hidden = sequence.columns.filter(
      (_, i) => unreadOf(measurement.columns[i] ?? null)?.unreadable === 'row-security',
    );
    if (hidden.length === 0) return null;
    return {
      message: `cannot read ${hidden.map(({ name }) => name).join(', ')}: row-level security would hide rows from ${role}`,
      help: 'A maximum over the visible rows would be too low, so none is taken. Look as a role that sees all rows: the owner of the table (-U, or --role where this one is a member), unless row security is forced; or a role for this alone with BYPASSRLS, which is no right for an application.',
    };
  },
};
