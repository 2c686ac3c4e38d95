import type { Finding } from '../../core/model/finding.ts';
import type { AcceptedFinding } from '../../core/model/report.ts';
import type { Suppressions, IgnoredFinding } from '../request/selected-database.ts';

/** Findings, parted by whether they are accepted. */
interface Parted {
  readonly findings: readonly Finding[];
  readonly accepted: readonly AcceptedFinding[];
  /** Keys and patterns of what is accepted, but not there. */
  readonly stale: Readonly<Record<'ignore' | 'baseline', readonly string[]>>;
}

/** Parts findings by what is accepted. Where both accept one, it is ignored, because that may have a reason. */
export function suppress(all: readonly Finding[], { ignores, baseline }: Suppressions): Parted {
  const rest = [...ignores].map((ignore) => ({ ...ignore, matches: matcher(ignore), isUsed: false }));
  const keys = new Set(baseline);
  const there = new Set(all.map(({ key }) => key));
  const findings: Finding[] = [];
  const accepted: AcceptedFinding[] = [];
  for (const finding of all) {
    const hits = rest.filter(({ matches }) => matches(finding.key));
    for (const hit of hits) hit.isUsed = true;
    if (hits[0] !== undefined) accepted.push({ ...finding, by: 'ignore', reason: hits[0].reason });
    else if (keys.has(finding.key)) accepted.push({ ...finding, by: 'baseline', reason: null });
    else findings.push(finding);
  }
  return {
    findings,
    accepted,
    stale: {
      ignore: rest.filter(({ isUsed }) => !isUsed).map(({ key }) => key),
      baseline: baseline.filter((key) => !there.has(key)),
    },
  };
}

/** A key alone means itself; with a reason, `*` stands for any characters and `?` for one. */
function matcher({ key, reason }: IgnoredFinding): (text: string) => boolean {
  if (reason === null) return (text) => text === key;
  const source = key
    .replaceAll(/[\\^$.+()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, 's');
  return (text) => pattern.test(text);
}
