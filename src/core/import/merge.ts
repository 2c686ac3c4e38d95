import type { FixReport } from '../fix.ts';
import type { FixedSequence } from '../report.ts';

/** Two fixes of the same sequences, one behind the other, as one: what either of them moved was moved, from where the first found it. */
export function merged(first: FixReport, second: FixReport): FixReport {
  const earlier = new Map(first.sequences.map((sequence) => [sequence.name, sequence]));
  return {
    ...second,
    sequences: second.sequences.map((now): FixedSequence => {
      const before = earlier.get(now.name);
      if (before?.action !== 'moved' || (now.action !== 'moved' && now.action !== 'unchanged')) return now;
      const { lastValue, isCalled, next } = now;
      const after = lastValue === null || isCalled === null ? null : { lastValue, isCalled, next };
      return { ...now, action: 'moved', before: before.before, after, method: now.method ?? before.method };
    }),
  };
}
