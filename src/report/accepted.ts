import { counted } from '../text/counted.ts';
import type { AcceptedFinding } from '../core/model/report.ts';

/** Why a finding is accepted, in words. */
export function whyAccepted({ by, reason }: Pick<AcceptedFinding, 'by' | 'reason'>): string {
  return by === 'baseline' ? 'in the baseline' : (reason ?? 'ignored');
}

/** What is accepted is not told, but that there is some is: `; 2 findings accepted (1 behind)`. */
export function acceptedCount(accepted: readonly AcceptedFinding[]): string {
  if (accepted.length === 0) return '';
  const behind = accepted.filter(({ rule }) => rule === 'behind').length;
  const count = counted(accepted.length, 'finding');
  return `; ${count} accepted${behind > 0 ? ` (${behind} behind)` : ''}`;
}
