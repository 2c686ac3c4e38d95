import type { Finding } from '../core/model/finding.ts';
import { offered } from '../pg/offering.ts';
import { shellWord } from '../pg/shell.ts';
import { printable } from '../text/printable.ts';
import type { ReportOptions } from './reporter.ts';

/** What cures a finding: lines of a shell or of SQL, ready to paste. */
export interface Cure {
  readonly language: 'sh' | 'sql';
  readonly lines: readonly string[];
}

/**
 * The lines without the grants that were said before, and without the word ahead of them; adds those that are new. One grant may be for
 * many sequences.
 */
export function unsaid(lines: readonly string[], said: Set<string>): string[] {
  const news = lines.filter((line) => !line.startsWith('grant ') || !said.has(line));
  for (const line of news) if (line.startsWith('grant ')) said.add(line);
  const isRepeated = news.length < lines.length;
  return news.filter(
    (line, i) => !(isRepeated && line.startsWith('-- lets ') && news[i + 1]?.startsWith('grant ') !== true),
  );
}

/** What to type against a finding: pgseq itself where it can cure it, as it was called, else SQL; null for nothing. */
export function cure({ rule, sequence, fix }: Finding, { offering }: Pick<ReportOptions, 'offering'>): Cure | null {
  if (fix === null) return null;
  if (rule !== 'behind') return { language: 'sql', lines: fix.split(/\n(?=-- |alter |grant )/).map(printable) };
  return { language: 'sh', lines: [printable(offered(offering, `fix --sequence ${shellWord(sequence ?? '')}`))] };
}
