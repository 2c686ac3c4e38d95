import type { Finding } from '../core/finding.ts';
import { offered } from '../pg/offering.ts';
import { shellWord } from '../pg/shell.ts';
import { printable } from '../pg/printable.ts';
import type { ReportOptions } from './reporter.ts';

/** What cures a finding: lines of a shell or of SQL, ready to paste. */
export interface Cure {
  readonly language: 'sh' | 'sql';
  readonly lines: readonly string[];
}

/** What to type against a finding: pgseq itself where it can cure it, as it was called, else SQL; null for nothing. */
export function cure({ rule, sequence, fix }: Finding, { offering }: Pick<ReportOptions, 'offering'>): Cure | null {
  if (fix === null) return null;
  if (rule !== 'behind') return { language: 'sql', lines: fix.split('\n').map(printable) };
  return { language: 'sh', lines: [printable(offered(offering, `fix --sequence ${shellWord(sequence ?? '')}`))] };
}
